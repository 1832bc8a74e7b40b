use std::path::Path;

use certification::people::{from_record, import_people, parse_csv, parse_json};
use rules::Person;
use store::Store;

use crate::cli::PeopleCommand;
use crate::commands::{print, print_json, read};
use crate::failure::{Failure, Outcome};
use crate::opened::with_store;
use crate::table::columns;

/// How many people are read from the store at once.
const PAGE: usize = 500;

/// `testamur people …`
pub(crate) async fn run(command: PeopleCommand) -> Outcome {
    match command {
        PeopleCommand::Import { file, store } => {
            let people = parse(&file)?;
            let received = people.len();
            let imported = with_store(&store, async |store| {
                import_people(store, people)
                    .await
                    .map_err(|error| Failure::new(error.to_string()))
            })
            .await?;
            print(&format!(
                "{received} people read, {} of them added or changed{}",
                imported.changed,
                if imported.merged.is_empty() {
                    String::new()
                } else {
                    format!(
                        "; left out, since they were merged into others: {}",
                        imported.merged.join(", ")
                    )
                }
            ))
        }
        PeopleCommand::List { json, store } => {
            let people = with_store(&store, async |store| all(store).await).await?;
            if json {
                print_json(&people)
            } else {
                listed(&people)
            }
        }
    }
}

fn parse(file: &Path) -> Outcome<Vec<Person>> {
    let extension = file.extension().map(|extension| extension.to_ascii_lowercase());
    let parse = match extension.as_ref().and_then(|extension| extension.to_str()) {
        Some("csv") => parse_csv,
        Some("json") => parse_json,
        _ => {
            return Err(Failure::usage(format!(
                "{} is neither .csv nor .json; give the file the ending that says what it is",
                file.display()
            )));
        }
    };
    parse(&file.display().to_string(), &read(file)?).map_err(|errors| Failure::definition(errors.to_string()))
}

async fn all(store: &dyn Store) -> Outcome<Vec<Person>> {
    let mut people: Vec<Person> = Vec::new();
    loop {
        let after = people.last().map(|person| person.id.clone());
        let page = store.people(after.as_deref(), PAGE).await?;
        for record in &page {
            people.push(from_record(record).map_err(|error| Failure::new(error.to_string()))?);
        }
        if page.len() < PAGE {
            return Ok(people);
        }
    }
}

fn listed(people: &[Person]) -> Outcome {
    let mut rows = vec![["PERSON", "NAME", "ROLES", "IDENTIFIERS"].map(str::to_owned)];
    rows.extend(people.iter().map(|person| {
        let roles: Vec<&str> = person.roles.iter().map(|role| role.role.as_str()).collect();
        let identifiers: Vec<String> = person.identifiers.iter().map(ToString::to_string).collect();
        [
            person.id.clone(),
            person.name.clone().unwrap_or_default(),
            roles.join(" "),
            identifiers.join(" "),
        ]
    }));
    print(&columns(&rows).join("\n"))
}
