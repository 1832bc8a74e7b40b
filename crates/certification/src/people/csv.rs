//! People as CSV.

use rules::{Leave, Person, Role};

use crate::people::{PeopleErrors, Placed, finish, settle};
use crate::rows::{Fields, each_row};

const COLUMNS: [&str; 14] = [
    "id",
    "name",
    "email",
    "mbox",
    "account_home_page",
    "account_name",
    "openid",
    "roles",
    "groups",
    "manager",
    "hired",
    "time_zone",
    "leaves",
    "recognition",
];

/// Reads people from CSV (RFC 4180, comma, UTF-8). `file` is what the findings call it.
///
/// Only the column `id` must be there. An empty field says nothing. `roles` and `groups` hold several, separated
/// by `;`; a role may say when it was theirs: `nurse@2026-01-01`, `nurse@2026-01-01..2026-06-30`. So do `leaves`,
/// each the first and the last day away: `2026-03-01/2026-03-31`, or `2026-05-01/` as long as there is no end. Whoever has
/// neither `mbox` nor `openid` nor account is known by their `email`. `recognition` is `true` or `false`.
///
/// # Errors
/// All that is wrong, each with its line and the name of its column.
pub fn parse_csv(file: &str, text: &str) -> Result<Vec<Person>, PeopleErrors> {
    let mut findings = Vec::new();
    let mut people = Vec::new();
    let header = "a header with \"id\", such as id,name,email,roles";
    each_row(file, text, (&COLUMNS, &["id"], header), &mut findings, |fields| {
        people.push(Placed {
            person: person(fields),
            line: fields.line,
            path: String::new(),
        });
    });
    let people = settle(file, people, &mut findings);
    finish(people, findings)
}

fn person(fields: &mut Fields<'_>) -> Person {
    Person {
        id: fields.owned("id").unwrap_or_default(),
        name: fields.owned("name"),
        email: fields.owned("email"),
        identifiers: fields.identifiers(),
        roles: fields
            .several("roles")
            .into_iter()
            .filter_map(|text| role(fields, text))
            .collect(),
        groups: fields.several("groups").into_iter().map(str::to_owned).collect(),
        manager: fields.owned("manager"),
        hired: fields.get("hired").and_then(|text| fields.date("hired", text)),
        time_zone: fields.owned("time_zone"),
        leaves: fields
            .several("leaves")
            .into_iter()
            .filter_map(|text| leave(fields, text))
            .collect(),
        recognition: flag(fields, "recognition"),
        ..Person::default()
    }
}

fn role(fields: &mut Fields<'_>, text: &str) -> Option<Role> {
    let Some((role, span)) = text.rsplit_once('@') else {
        return Some(Role {
            role: text.to_owned(),
            ..Role::default()
        });
    };
    let (since, until) = match span.split_once("..") {
        Some((since, until)) => (since, Some(until).filter(|until| !until.is_empty())),
        None => (span, None),
    };
    let since = fields.date("roles", since)?;
    let until = match until {
        Some(until) => Some(fields.date("roles", until)?),
        None => None,
    };
    Some(Role {
        role: role.trim().to_owned(),
        since: Some(since),
        until,
    })
}

fn leave(fields: &mut Fields<'_>, text: &str) -> Option<Leave> {
    let Some((from, until)) = text.split_once('/') else {
        fields.find(
            "leaves",
            format!("{text:?} is no time away"),
            "the first and the last day, such as 2026-03-01/2026-03-31, or 2026-03-01/ as long as there is no end"
                .to_owned(),
        );
        return None;
    };
    let from = fields.date("leaves", from)?;
    let until = match until.trim() {
        "" => None,
        until => Some(fields.date("leaves", until)?),
    };
    Some(Leave { from, until })
}

fn flag(fields: &mut Fields<'_>, column: &str) -> bool {
    match fields.get(column) {
        None | Some("false") => false,
        Some("true") => true,
        Some(text) => {
            fields.find(
                column,
                format!("{text:?} is neither true nor false"),
                "true or false".to_owned(),
            );
            false
        }
    }
}
