use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use certification::curricula::{certificate_warnings, publish};
use rules::{Curriculum, Loaded};
use serde_json::json;
use store::CurriculumRecord;

use crate::cli::CurriculumCommand;
use crate::commands::{print, print_json, read};
use crate::failure::{Failure, Outcome};
use crate::opened::with_store;
use crate::table::columns;

/// `testamur curriculum …`
pub(crate) async fn run(command: CurriculumCommand) -> Outcome {
    match command {
        CurriculumCommand::Check { files } => {
            for (file, curriculum) in load(&files)? {
                print(&format!(
                    "{}: {} is well defined\n{}",
                    file.display(),
                    curriculum.id(),
                    indented(&curriculum.describe())
                ))?;
            }
            Ok(())
        }
        CurriculumCommand::Publish { files, store } => {
            let curricula = load(&files)?;
            each_once(&curricula)?;
            let all: Vec<&str> = curricula.iter().map(|(_, curriculum)| curriculum.id()).collect();
            with_store(&store, async |store| {
                for (file, curriculum) in &curricula {
                    let published = publish(store, curriculum)
                        .await
                        .map_err(|error| Failure::new(error.to_string()))?;
                    let file = file.display().to_string();
                    let asked = certificate_warnings(store, &file, curriculum, &all)
                        .await
                        .map_err(|error| Failure::new(error.to_string()))?;
                    for warning in published.warning(&file).into_iter().chain(asked) {
                        eprintln!("testamur: warning: {warning}");
                    }
                    let (id, revision) = (&published.record.id, published.record.revision);
                    print(&if published.new {
                        format!("{id}: published as revision {revision}")
                    } else {
                        format!("{id}: revision {revision} says the same already")
                    })?;
                }
                Ok(())
            })
            .await
        }
        CurriculumCommand::List { json, store } => {
            let records = with_store(&store, async |store| Ok(store.curricula().await?)).await?;
            listed(&records, json)
        }
    }
}

/// Reads definitions; all that is wrong in any of them is said at once.
fn load(files: &[PathBuf]) -> Outcome<Vec<(&Path, Curriculum)>> {
    let mut curricula = Vec::new();
    let mut findings = Vec::new();
    for file in files {
        let text = read(file)?;
        match rules::load(&file.display().to_string(), &text) {
            Ok(Loaded {
                curriculum, warnings, ..
            }) => {
                for warning in warnings {
                    eprintln!("testamur: warning: {warning}");
                }
                curricula.push((file.as_path(), curriculum));
            }
            Err(errors) => findings.push(errors.to_string()),
        }
    }
    if findings.is_empty() {
        Ok(curricula)
    } else {
        Err(Failure::definition(findings.join("\n")))
    }
}

/// Two files about one curriculum would be two revisions of it, in the order of the command line: hardly meant.
fn each_once(curricula: &[(&Path, Curriculum)]) -> Outcome {
    let mut seen: BTreeMap<&str, &Path> = BTreeMap::new();
    for (file, curriculum) in curricula {
        if let Some(first) = seen.insert(curriculum.id(), file) {
            return Err(Failure::definition(format!(
                "{} and {} both define {}; publish one of them",
                first.display(),
                file.display(),
                curriculum.id()
            )));
        }
    }
    Ok(())
}

fn listed(records: &[CurriculumRecord], as_json: bool) -> Outcome {
    let mut items = Vec::new();
    let mut rows = vec![["CURRICULUM", "REVISION", "PUBLISHED", "TITLE"].map(str::to_owned)];
    for record in records {
        let curriculum =
            Curriculum::from_json(&record.body).map_err(|error| Failure::new(error.to_string()))?;
        items.push(json!({
            "id": record.id,
            "title": curriculum.title(),
            "revision": record.revision,
            "hash": record.hash,
            "published_at": record.published_at,
        }));
        let title = curriculum.title().to_owned();
        rows.push([
            record.id.clone(),
            record.revision.to_string(),
            record.published_at.to_string(),
            title,
        ]);
    }
    if as_json {
        print_json(&items)
    } else {
        print(&columns(&rows).join("\n"))
    }
}

fn indented(text: &str) -> String {
    text.lines()
        .map(|line| format!("  {line}"))
        .collect::<Vec<_>>()
        .join("\n")
}
