use std::fmt;
use std::process::ExitCode;

/// Why a command ended without doing what it was asked: one clear sentence, and the exit code it stands for.
///
/// The codes are a promise to scripts; they are listed in `testamur --help` and docs/cli.md.
#[derive(Debug)]
pub(crate) struct Failure {
    kind: Kind,
    message: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// Something outside went wrong: the store, the network, a file.
    Failed,
    /// The command line, the environment or the settings file does not make sense.
    Usage,
    /// A curriculum, a list of people, or a file of history or statements is not what it must be.
    Definition,
}

/// What a command returns.
pub(crate) type Outcome<T = ()> = Result<T, Failure>;

impl Failure {
    /// Exit code 1: it was understood, and could not be done.
    pub(crate) fn new(message: impl Into<String>) -> Self {
        Self {
            kind: Kind::Failed,
            message: message.into(),
        }
    }

    /// Exit code 2: what was asked can not be understood.
    pub(crate) fn usage(message: impl Into<String>) -> Self {
        Self {
            kind: Kind::Usage,
            message: message.into(),
        }
    }

    /// Exit code 3: a definition has errors; one a line.
    pub(crate) fn definition(message: impl Into<String>) -> Self {
        Self {
            kind: Kind::Definition,
            message: message.into(),
        }
    }

    /// The same, with a second line about what holds all the same.
    pub(crate) fn and(self, more: &str) -> Self {
        Self {
            message: format!("{}\ntestamur: {more}", self.message),
            ..self
        }
    }

    /// The process's exit code.
    pub(crate) fn exit_code(&self) -> ExitCode {
        ExitCode::from(match self.kind {
            Kind::Failed => 1,
            Kind::Usage => 2,
            Kind::Definition => 3,
        })
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Failure {}

impl From<store::StoreError> for Failure {
    fn from(error: store::StoreError) -> Self {
        Self::new(error.to_string())
    }
}
