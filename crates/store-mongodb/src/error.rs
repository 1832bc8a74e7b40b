use mongodb::error::{Error, ErrorKind, WriteFailure};
use store::StoreError;

/// What the driver or the server said, as one line: the driver's own error also prints the server's whole
/// answer, which can hold what people sent.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
struct Said(String);

/// The server has no primary just now, or is going down.
const NO_PRIMARY: [i32; 9] = [10_107, 13_435, 10_058, 11_600, 11_602, 13_436, 189, 91, 133];
/// The server gave up on time.
const TOO_SLOW: [i32; 3] = [50, 64, 262];
pub(crate) const DUPLICATE_KEY: i32 = 11_000;

/// An error of the driver as one of the store.
pub(crate) fn failed(doing: &'static str, error: &Error) -> StoreError {
    let code = code(error);
    match error.kind.as_ref() {
        ErrorKind::ServerSelection { .. } => StoreError::Unavailable(
            "no primary of the MongoDB replica set answers; check that its members run and can be reached"
                .to_owned(),
        ),
        ErrorKind::Io(_)
        | ErrorKind::ConnectionPoolCleared { .. }
        | ErrorKind::DnsResolve { .. }
        | ErrorKind::Authentication { .. }
        | ErrorKind::InvalidTlsConfig { .. } => {
            StoreError::Unavailable(format!("could not {doing}: MongoDB: {}", error.kind))
        }
        ErrorKind::Shutdown => closed(),
        _ if code.is_some_and(|code| NO_PRIMARY.contains(&code)) => StoreError::Unavailable(format!(
            "could not {doing}: the MongoDB replica set is choosing another primary; try again in a moment"
        )),
        _ if code.is_some_and(|code| TOO_SLOW.contains(&code)) => StoreError::Unavailable(format!(
            "could not {doing}: MongoDB took too long; check its load and that a majority of its members is up"
        )),
        _ => StoreError::backend(doing, Said(said(error))),
    }
}

/// [`failed`], for `map_err`.
pub(crate) fn doing(doing: &'static str) -> impl FnOnce(Error) -> StoreError {
    move |error| failed(doing, &error)
}

/// After `close`.
pub(crate) fn closed() -> StoreError {
    StoreError::Unavailable("it has been closed".to_owned())
}

/// A call that took longer than it may.
pub(crate) fn too_slow(doing: &'static str) -> StoreError {
    StoreError::Unavailable(format!("could not {doing} in time; MongoDB did not answer"))
}

/// Whether a unique index refused the write.
pub(crate) fn is_duplicate(error: &Error) -> bool {
    match error.kind.as_ref() {
        ErrorKind::InsertMany(many) => many
            .write_errors
            .iter()
            .flatten()
            .any(|write| write.code == DUPLICATE_KEY),
        _ => code(error) == Some(DUPLICATE_KEY),
    }
}

pub(crate) fn code(error: &Error) -> Option<i32> {
    match error.kind.as_ref() {
        ErrorKind::Command(command) => Some(command.code),
        ErrorKind::Write(WriteFailure::WriteError(write)) => Some(write.code),
        ErrorKind::Write(WriteFailure::WriteConcernError(concern)) => Some(concern.code),
        ErrorKind::InsertMany(many) => {
            let of_write = many.write_errors.iter().flatten().map(|write| write.code).next();
            of_write.or_else(|| many.write_concern_error.as_ref().map(|concern| concern.code))
        }
        _ => None,
    }
}

fn said(error: &Error) -> String {
    match error.kind.as_ref() {
        ErrorKind::Command(command) => format!("MongoDB error {} ({})", command.code, command.code_name),
        ErrorKind::Write(WriteFailure::WriteError(write)) => format!("MongoDB write error {}", write.code),
        ErrorKind::Write(WriteFailure::WriteConcernError(concern)) => {
            format!(
                "MongoDB write concern error {} ({})",
                concern.code, concern.code_name
            )
        }
        ErrorKind::InsertMany(_) => match code(error) {
            Some(code) => format!("MongoDB write error {code}"),
            None => "MongoDB refused the documents".to_owned(),
        },
        kind => kind.to_string(),
    }
}

/// `message` without the user name and password of `uri`, should they be in it.
pub(crate) fn without_secrets(uri: &str, message: &str) -> String {
    let after_scheme = uri.split_once("://").map_or(uri, |(_, rest)| rest);
    let Some((secrets, _)) = after_scheme.rsplit_once('@') else {
        return message.to_owned();
    };
    let mut clean = message.replace(secrets, "…");
    for part in secrets.splitn(2, ':').filter(|part| !part.is_empty()) {
        clean = clean.replace(part, "…");
    }
    clean
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_never_gets_into_a_message() {
        let uri = "mongodb://alice:s3cr:et@db.example.com/testamur";
        let said = without_secrets(uri, &format!("cannot parse {uri}: password s3cr:et of alice"));
        assert!(!said.contains("s3cr") && !said.contains("alice"), "{said}");
        assert_eq!(
            without_secrets("mongodb://db.example.com", "no such host"),
            "no such host"
        );
    }

    #[test]
    fn errors_of_the_driver_become_the_stores() {
        let unreachable = Error::from(std::io::Error::from(std::io::ErrorKind::ConnectionRefused));
        assert!(matches!(
            failed("read a statement", &unreachable),
            StoreError::Unavailable(_)
        ));
        let custom = Error::custom("anything");
        assert!(matches!(
            failed("read a statement", &custom),
            StoreError::Backend {
                doing: "read a statement",
                ..
            }
        ));
    }
}
