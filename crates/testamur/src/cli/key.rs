//! The arguments of `testamur key …`.

use clap::Subcommand;
use store::Scope;

use super::StoreArgs;

/// `testamur key …`
#[derive(Debug, Subcommand)]
pub(crate) enum KeyCommand {
    /// Make a key and print its secret, which is not kept and never shown again
    #[command(after_long_help = "\
Scopes: statements/write, statements/read/mine, statements/read, state, define, profile, all/read, all (everything \
of xAPI), people, curricula/write, acts/write, history/write (parts of the management API), admin (all of it).

Examples:
  testamur key create --name 'Moodle' --scope statements/write --scope statements/read/mine
  testamur key create --name 'reporting' --scope all/read --json")]
    Create {
        /// What the key is for
        #[arg(long)]
        name: String,
        /// What the key may do; give it several times for several scopes
        #[arg(long = "scope", value_name = "SCOPE", required = true, value_delimiter = ',')]
        scopes: Vec<Scope>,
        /// Print JSON
        #[arg(long)]
        json: bool,
        #[command(flatten)]
        store: StoreArgs,
    },
    /// List all keys, oldest first, without their secrets
    #[command(after_long_help = "Examples:\n  testamur key list\n  testamur key list --json")]
    List {
        /// Print JSON
        #[arg(long)]
        json: bool,
        #[command(flatten)]
        store: StoreArgs,
    },
    /// Revoke a key; running servers refuse it within a second
    #[command(after_long_help = "Example:\n  testamur key revoke 0193f2b4c1d27a5e")]
    Revoke {
        /// The key
        #[arg(value_name = "KEY")]
        id: String,
        #[command(flatten)]
        store: StoreArgs,
    },
}
