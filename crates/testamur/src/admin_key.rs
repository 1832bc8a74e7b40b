//! The first key of a store, without which nobody could make others.

use std::collections::BTreeSet;

use store::{KeyRecord, Scope, Scopes, Secret, Store, StoreError};

use crate::failure::{Failure, Outcome};

const KEY: &str = "TESTAMUR_ADMIN_KEY";
const SECRET: &str = "TESTAMUR_ADMIN_SECRET";
const NAME: &str = "administrator";

/// The shortest secret that is taken, and how many different characters it needs: enough that nobody guesses it.
const SHORTEST: usize = 16;
const DIFFERENT: usize = 8;
/// The longest key and the longest secret.
const LONGEST: usize = 256;

/// A key that the environment gives.
pub(crate) struct Given {
    id: String,
    secret: Secret,
}

/// The key in the environment, if there is one. It has no flag and no place in the settings file: a secret on
/// the command line is everybody's.
///
/// # Errors
/// Exit code 2 when one of the two variables is missing or too weak.
pub(crate) fn from_environment(variable: impl Fn(&str) -> Option<String>) -> Outcome<Option<Given>> {
    let read = |name| variable(name).filter(|value| !value.is_empty());
    match (read(KEY), read(SECRET)) {
        (None, None) => Ok(None),
        (Some(_), None) => Err(Failure::usage(format!(
            "{KEY} is set and {SECRET} is not; set both or neither"
        ))),
        (None, Some(_)) => Err(Failure::usage(format!(
            "{SECRET} is set and {KEY} is not; set both or neither"
        ))),
        (Some(id), Some(secret)) => check(id, secret).map(Some),
    }
}

fn check(id: String, secret: String) -> Outcome<Given> {
    let visible = |text: &str| text.chars().all(|character| character.is_ascii_graphic());
    if id.len() > LONGEST || id.contains(':') || !visible(&id) {
        return Err(Failure::usage(format!(
            "{KEY} must be at most {LONGEST} visible ASCII characters without a colon, since it is a user name of HTTP Basic"
        )));
    }
    let different: BTreeSet<char> = secret.chars().collect();
    if secret.chars().count() < SHORTEST || different.len() < DIFFERENT {
        return Err(Failure::usage(format!(
            "{SECRET} is too weak: it must have at least {SHORTEST} characters, {DIFFERENT} of them different; `openssl rand -hex 24` makes a good one"
        )));
    }
    if secret.len() > LONGEST || !visible(&secret) {
        return Err(Failure::usage(format!(
            "{SECRET} must be at most {LONGEST} visible ASCII characters"
        )));
    }
    Ok(Given {
        id,
        secret: Secret::new(secret),
    })
}

/// Makes the administrator's key on a store that has no key: the given one, or a new one, which is answered so
/// that it can be shown this once.
///
/// # Errors
/// When the store fails.
pub(crate) async fn ensure(store: &dyn Store, given: Option<Given>) -> Outcome<Option<(KeyRecord, Secret)>> {
    let keys = store.keys().await?;
    if !keys.is_empty() {
        if let Some(given) = given.filter(|given| keys.iter().all(|key| key.id != given.id)) {
            tracing::warn!(
                key = given.id,
                "{KEY} is left aside, since the store has other keys already; make a key with `testamur key create`"
            );
        }
        return Ok(None);
    }
    let Some(Given { id, secret }) = given else {
        return Ok(Some(certification::keys::create(store, NAME, &Scope::ALL).await?));
    };
    let key = KeyRecord {
        id,
        name: NAME.to_owned(),
        secret: secret.hash(),
        scopes: Scopes(Scope::ALL.to_vec()),
        created_at: ::web::now(),
        revoked_at: None,
    };
    match store.create_key(key).await {
        // Another server on the same store began at the same moment, with the same variables.
        Ok(()) | Err(StoreError::Exists { .. }) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

#[cfg(test)]
mod tests {
    use super::from_environment;

    fn given(key: &str, secret: &str) -> Result<bool, String> {
        let variable = |name: &str| Some(if name.ends_with("KEY") { key } else { secret }.to_owned());
        from_environment(variable)
            .map(|given| given.is_some())
            .map_err(|failure| failure.to_string())
    }

    #[test]
    fn a_key_needs_both_variables() {
        assert_eq!(given("", ""), Ok(false));
        assert_eq!(given("admin", "correct-horse-battery"), Ok(true));
        assert!(
            given("admin", "")
                .unwrap_err()
                .contains("TESTAMUR_ADMIN_SECRET is not")
        );
        assert!(
            given("", "correct-horse-battery")
                .unwrap_err()
                .contains("TESTAMUR_ADMIN_KEY is not")
        );
    }

    #[test]
    fn weak_secrets_and_unusable_names_are_refused() {
        for (key, secret, expected) in [
            ("admin", "short", "too weak"),
            ("admin", "aaaaaaaaaaaaaaaaaaaaaaaa", "too weak"),
            ("admin", "correct horse battery", "visible ASCII"),
            ("ad:min", "correct-horse-battery", "without a colon"),
            ("ad min", "correct-horse-battery", "without a colon"),
        ] {
            let message = given(key, secret).unwrap_err();
            assert!(message.contains(expected), "{message}");
            assert!(
                !message.contains(secret),
                "a message must not tell the secret: {message}"
            );
        }
    }
}
