use xapi::{Agent, Ifi};

/// The agent that stands for a key in the `authority` of the statements it writes (1.0.3, Data 2.4.9): an account
/// named as the key, at `home_page`.
#[must_use]
pub fn authority(home_page: &str, key: &str) -> Agent {
    Agent {
        name: None,
        ifi: Ifi::Account {
            home_page: home_page.to_owned(),
            name: key.to_owned(),
        },
    }
}
