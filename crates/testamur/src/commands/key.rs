use certification::keys;
use serde_json::json;
use store::{KeyRecord, Scope, Secret};

use crate::cli::KeyCommand;
use crate::commands::{print, print_json};
use crate::failure::{Failure, Outcome};
use crate::opened::with_store;
use crate::table::columns;

/// The longest name of a key, in characters.
const LONGEST: usize = 200;

/// `testamur key …`
pub(crate) async fn run(command: KeyCommand) -> Outcome {
    match command {
        KeyCommand::Create {
            name,
            scopes,
            json,
            store,
        } => {
            if name.trim().is_empty() || name.chars().count() > LONGEST {
                return Err(Failure::usage(format!(
                    "--name must say what the key is for, in 1 to {LONGEST} characters"
                )));
            }
            let (key, secret) = with_store(&store, async |store| {
                Ok(keys::create(store, &name, &scopes).await?)
            })
            .await?;
            created(&key, &secret, json)
        }
        KeyCommand::List { json, store } => {
            let keys = with_store(&store, async |store| Ok(keys::list(store).await?)).await?;
            listed(&keys, json)
        }
        KeyCommand::Revoke { id, store } => {
            if with_store(&store, async |store| Ok(keys::revoke(store, &id).await?)).await? {
                return print(&format!("{id} is revoked"));
            }
            Err(Failure::new(format!(
                "there is no key {id:?}; `testamur key list` shows those there are"
            )))
        }
    }
}

fn created(key: &KeyRecord, secret: &Secret, as_json: bool) -> Outcome {
    if as_json {
        let mut item = keys::shown(key);
        item["secret"] = json!(secret.reveal());
        return print_json(&item);
    }
    print(&format!(
        "key     {}\nsecret  {}\n\nThe secret is shown only now. They are user name and password of HTTP Basic.",
        key.id,
        secret.reveal()
    ))
}

fn listed(keys: &[KeyRecord], as_json: bool) -> Outcome {
    if as_json {
        return print_json(&keys.iter().map(keys::shown).collect::<Vec<_>>());
    }
    let mut rows = vec![["KEY", "NAME", "SCOPES", "CREATED", "REVOKED"].map(str::to_owned)];
    rows.extend(keys.iter().map(|key| {
        let scopes: Vec<&str> = key.scopes.0.iter().copied().map(Scope::as_str).collect();
        let revoked = key.revoked_at.map_or_else(String::new, |at| at.to_string());
        [
            key.id.clone(),
            key.name.clone(),
            scopes.join(" "),
            key.created_at.to_string(),
            revoked,
        ]
    }));
    print(&columns(&rows).join("\n"))
}
