use fastrand::Rng;
use rules::Person;
use serde_json::{Value, json};
use xapi::Ifi;

/// Somebody who learns.
#[derive(Debug, Clone)]
pub(crate) struct Learner {
    /// The personnel number.
    pub(crate) id: String,
    /// The name people call them by.
    pub(crate) name: String,
    /// The name of their account in the directory, by which statements call them.
    pub(crate) account: String,
    /// What they do.
    pub(crate) roles: Vec<String>,
}

impl Learner {
    /// The directory whose accounts statements name people by.
    pub(crate) const HOME_PAGE: &str = "https://directory.example.com";

    /// Somebody from a list of people.
    pub(crate) fn from_person(person: &Person) -> Self {
        let account = person.identifiers.iter().find_map(|identifier| match identifier {
            Ifi::Account { name, .. } => Some(name.clone()),
            _ => None,
        });
        Self {
            id: person.id.clone(),
            name: person.name.clone().unwrap_or_else(|| person.id.clone()),
            account: account.unwrap_or_else(|| person.id.clone()),
            roles: person.roles.iter().map(|role| role.role.clone()).collect(),
        }
    }

    /// As the list of people says it (schemas/people.schema.json).
    pub(crate) fn to_json(&self) -> Value {
        json!({
            "id": self.id,
            "name": self.name,
            "identifiers": [{ "account": { "homePage": Self::HOME_PAGE, "name": self.account } }],
            "roles": self.roles,
        })
    }
}

const GIVEN: [&str; 48] = [
    "Adaeze", "Aino", "Amir", "Ana", "Antoine", "Aylin", "Bartek", "Beatriz", "Carla", "Chidi", "Daniel",
    "Dilan", "Elif", "Emil", "Eszter", "Farah", "Filip", "Giulia", "Hana", "Hugo", "Ines", "Ivan", "Jana",
    "Jonas", "Kadir", "Kamala", "Lea", "Leila", "Linh", "Luca", "Magnus", "Marta", "Mei", "Milan", "Nadia",
    "Noor", "Oskar", "Pavel", "Priya", "Rosa", "Samuel", "Sofia", "Tariq", "Tomas", "Ulla", "Wanjiru",
    "Yusuf", "Zofia",
];

const FAMILY: [&str; 48] = [
    "Abebe",
    "Almeida",
    "Andersson",
    "Baptiste",
    "Bauer",
    "Bianchi",
    "Costa",
    "Demir",
    "Dubois",
    "Eriksen",
    "Fischer",
    "Fontaine",
    "Garcia",
    "Haddad",
    "Hansen",
    "Horvat",
    "Ivanova",
    "Jansen",
    "Kaplan",
    "Keller",
    "Kowalski",
    "Lindqvist",
    "Lopez",
    "Martin",
    "Moreau",
    "Nagy",
    "Nguyen",
    "Novak",
    "Okafor",
    "Oliveira",
    "Papadopoulos",
    "Patel",
    "Petrov",
    "Popescu",
    "Rahman",
    "Rossi",
    "Santos",
    "Sato",
    "Schmidt",
    "Silva",
    "Singh",
    "Svoboda",
    "Tanaka",
    "Varga",
    "Virtanen",
    "Weber",
    "Wójcik",
    "Zhang",
];

/// Every how-manyth of the made-up people has a further role.
/// The role everybody has.
pub(crate) const EVERYBODY: &str = "employee";

const SHARE_OF_FURTHER_ROLES: f64 = 0.45;

/// The `index`th of the made-up people: an employee, some with one more of the roles there are.
pub(crate) fn invent(index: u32, further_roles: &[String], rng: &mut Rng) -> Learner {
    let given = GIVEN[rng.usize(..GIVEN.len())];
    let family = FAMILY[rng.usize(..FAMILY.len())];
    let mut roles = vec![EVERYBODY.to_owned()];
    if rng.f64() < SHARE_OF_FURTHER_ROLES {
        roles.extend(rng.choice(further_roles).cloned());
    }
    let id = format!("P{:05}", index + 1);
    Learner {
        account: id.to_lowercase(),
        id,
        name: format!("{given} {family}"),
        roles,
    }
}
