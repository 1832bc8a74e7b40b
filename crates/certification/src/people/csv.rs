//! People as CSV: a header with the names of the columns in any order, one person a row.

use chrono::NaiveDate;
use csv::{ReaderBuilder, StringRecord};
use rules::{Finding, Leave, Person, Role};
use xapi::Ifi;

use crate::people::{LONGEST, PeopleErrors, Placed, finish, settle};

/// The columns there are.
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
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut findings = Vec::new();
    let mut reader = ReaderBuilder::new()
        .flexible(true)
        .trim(csv::Trim::All)
        .from_reader(text.as_bytes());
    let header = match reader.headers() {
        Ok(header) => header.clone(),
        Err(error) => return Err(PeopleErrors(vec![unreadable(file, &error)])),
    };
    check_header(file, &header, &mut findings);
    if !findings.is_empty() {
        return finish(Vec::new(), findings);
    }
    let mut people = Vec::new();
    let mut lines = Lines {
        text: text.as_bytes(),
        at: 0,
        line: 1,
    };
    for row in reader.records() {
        let row = match row {
            Ok(row) => row,
            Err(error) => {
                findings.push(unreadable(file, &error));
                continue;
            }
        };
        let line = row.position().map(|position| lines.of_row_from(position.byte()));
        let mut fields = Fields {
            file,
            line,
            header: &header,
            row: &row,
            findings: &mut findings,
        };
        if row.len() != header.len() {
            let message = format!("the row has {} fields", row.len());
            fields.find("", message, format!("{} fields, as the header has", header.len()));
            continue;
        }
        let person = fields.person();
        people.push(Placed {
            person,
            line,
            path: String::new(),
        });
    }
    let people = settle(file, people, &mut findings);
    finish(people, findings)
}

fn check_header(file: &str, header: &StringRecord, findings: &mut Vec<Finding>) {
    let mut find = |path: &str, message: String, expected: String| {
        let (file, path) = (file.to_owned(), path.to_owned());
        findings.push(Finding {
            file,
            line: Some(1),
            column: None,
            path,
            message,
            expected,
        });
    };
    for (index, column) in header.iter().enumerate() {
        if !COLUMNS.contains(&column) {
            find(
                column,
                format!("there is no column {column:?}"),
                format!("some of {}", COLUMNS.join(", ")),
            );
        } else if header.iter().take(index).any(|before| before == column) {
            find(
                column,
                format!("the column {column:?} stands there twice"),
                "each column once".to_owned(),
            );
        }
    }
    if !header.iter().any(|column| column == "id") {
        find(
            "id",
            "there is no column \"id\"".to_owned(),
            "a header with \"id\", such as id,name,email,roles".to_owned(),
        );
    }
}

fn unreadable(file: &str, error: &csv::Error) -> Finding {
    Finding {
        file: file.to_owned(),
        line: error
            .position()
            .map(|position| usize::try_from(position.line()).unwrap_or(usize::MAX)),
        column: None,
        path: String::new(),
        message: format!("this can not be read: {error}"),
        expected: "CSV in UTF-8 with commas".to_owned(),
    }
}

/// Counts lines. The reader says where it began to look for a row, which may be before empty lines.
struct Lines<'a> {
    text: &'a [u8],
    at: usize,
    line: usize,
}

impl Lines<'_> {
    fn of_row_from(&mut self, byte: u64) -> usize {
        let from = usize::try_from(byte).unwrap_or(usize::MAX);
        while let Some(read) = self.text.get(self.at)
            && (self.at < from || matches!(read, b'\r' | b'\n'))
        {
            self.line += usize::from(*read == b'\n');
            self.at += 1;
        }
        self.line
    }
}

/// One row, by the names of its columns.
struct Fields<'a> {
    file: &'a str,
    line: Option<usize>,
    header: &'a StringRecord,
    row: &'a StringRecord,
    findings: &'a mut Vec<Finding>,
}

impl<'a> Fields<'a> {
    fn get(&self, column: &str) -> Option<&'a str> {
        let index = self.header.iter().position(|name| name == column)?;
        self.row.get(index).filter(|field| !field.is_empty())
    }

    fn owned(&self, column: &str) -> Option<String> {
        self.get(column).map(str::to_owned)
    }

    fn find(&mut self, column: &str, message: String, expected: String) {
        self.findings.push(Finding {
            file: self.file.to_owned(),
            line: self.line,
            column: None,
            path: column.to_owned(),
            message,
            expected,
        });
    }

    fn person(&mut self) -> Person {
        Person {
            id: self.owned("id").unwrap_or_default(),
            name: self.owned("name"),
            email: self.owned("email"),
            identifiers: self.identifiers(),
            roles: self
                .several("roles")
                .into_iter()
                .filter_map(|text| self.role(text))
                .collect(),
            groups: self.several("groups").into_iter().map(str::to_owned).collect(),
            manager: self.owned("manager"),
            hired: self.get("hired").and_then(|text| self.date("hired", text)),
            time_zone: self.owned("time_zone"),
            leaves: self
                .several("leaves")
                .into_iter()
                .filter_map(|text| self.leave(text))
                .collect(),
            recognition: self.flag("recognition"),
            ..Person::default()
        }
    }

    fn identifiers(&mut self) -> Vec<Ifi> {
        let mut found = Vec::new();
        if let Some(text) = self.get("mbox") {
            let mbox = if text.starts_with("mailto:") {
                text.to_owned()
            } else {
                format!("mailto:{text}")
            };
            found.push(("mbox", Ifi::mbox(&mbox)));
        }
        if let Some(text) = self.get("openid") {
            found.push(("openid", Ifi::openid(text)));
        }
        match (self.get("account_home_page"), self.get("account_name")) {
            (Some(home_page), Some(name)) => found.push(("account_home_page", Ifi::account(home_page, name))),
            (None, None) => {}
            (Some(_), None) => {
                self.find(
                    "account_name",
                    "the account has a home page and no name".to_owned(),
                    "both or neither".to_owned(),
                );
            }
            (None, Some(_)) => {
                self.find(
                    "account_home_page",
                    "the account has a name and no home page".to_owned(),
                    "both or neither".to_owned(),
                );
            }
        }
        let mut ifis = Vec::new();
        for (column, parsed) in found {
            match parsed {
                Ok(ifi) => ifis.push(ifi),
                Err(error) => self.find(
                    column,
                    format!("this is no {column}: {error}"),
                    error.expected().to_owned(),
                ),
            }
        }
        ifis
    }

    fn several(&mut self, column: &str) -> Vec<&'a str> {
        let names: Vec<_> = self
            .get(column)
            .into_iter()
            .flat_map(|field| field.split(';'))
            .map(str::trim)
            .filter(|name| !name.is_empty())
            .collect();
        for name in &names {
            if name.chars().count() > LONGEST {
                self.find(
                    column,
                    format!("a name is longer than {LONGEST} characters"),
                    "names separated by \";\"".to_owned(),
                );
            }
        }
        names
    }

    fn role(&mut self, text: &str) -> Option<Role> {
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
        let since = self.date("roles", since)?;
        let until = match until {
            Some(until) => Some(self.date("roles", until)?),
            None => None,
        };
        Some(Role {
            role: role.trim().to_owned(),
            since: Some(since),
            until,
        })
    }

    fn leave(&mut self, text: &str) -> Option<Leave> {
        let Some((from, until)) = text.split_once('/') else {
            self.find(
                "leaves",
                format!("{text:?} is no time away"),
                "the first and the last day, such as 2026-03-01/2026-03-31, or 2026-03-01/ as long as there is no end"
                    .to_owned(),
            );
            return None;
        };
        let from = self.date("leaves", from)?;
        let until = match until.trim() {
            "" => None,
            until => Some(self.date("leaves", until)?),
        };
        Some(Leave { from, until })
    }

    fn flag(&mut self, column: &str) -> bool {
        match self.get(column) {
            None | Some("false") => false,
            Some("true") => true,
            Some(text) => {
                self.find(
                    column,
                    format!("{text:?} is neither true nor false"),
                    "true or false".to_owned(),
                );
                false
            }
        }
    }

    fn date(&mut self, column: &str, text: &str) -> Option<NaiveDate> {
        match NaiveDate::parse_from_str(text.trim(), "%Y-%m-%d") {
            Ok(date) => Some(date),
            Err(_) => {
                self.find(
                    column,
                    format!("{text:?} is not a date"),
                    "a date such as 2026-01-31".to_owned(),
                );
                None
            }
        }
    }
}
