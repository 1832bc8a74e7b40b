//! `GET /curricula/{id}/measures` and `GET /people/{id}/measures`: how the training does.

use actix_web::http::{StatusCode, header};
use actix_web::web::Path;
use actix_web::{HttpRequest, HttpResponse};
use rules::measures::{CourseFigures, Report, measure};
use rules::{Number, View};
use serde_json::{Value, json};
use store::Scope;
use web::{Caller, Problem};
use xapi::Timestamp;

use crate::api::answer::{failure, json_answer};
use crate::api::params::Params;
use crate::api::report::{harmless, written};
use crate::api::{Answer, Api, may_read};
use crate::ask::{By, Cohort, Curricula, InForce, Measured, known, measured};
use crate::people::from_record;

/// The columns of the CSV file.
const COLUMNS: [&str; 23] = [
    "cohort",
    "of",
    "id",
    "title",
    "course",
    "level",
    "delivery",
    "assessment",
    "value",
    "n",
    "people",
    "target",
    "better",
    "met",
    "people_met",
    "baseline",
    "change",
    "tried",
    "passed",
    "pass_rate",
    "first_try_rate",
    "attempts",
    "best_score",
];

pub(super) async fn of_curriculum(
    api: Api,
    caller: Caller,
    path: Path<String>,
    request: HttpRequest,
) -> Answer {
    may_read(&caller)?;
    let params = Params::read(
        &request,
        &["group", "role", "manager", "by", "from", "to", "format"],
    )?;
    let by = match params.word("by", &["group", "role", "manager"])?.as_deref() {
        Some("group") => Some(By::Group),
        Some("role") => Some(By::Role),
        Some(_) => Some(By::Manager),
        None => None,
    };
    let cohort = Cohort {
        group: params.text("group"),
        role: params.text("role"),
        manager: params.text("manager"),
    };
    if cohort.manager.is_some() || by == Some(By::Manager) {
        // Who reports to whom is told by no statement.
        caller.require(Scope::People)?;
    }
    let is_csv = params.word("format", &["json", "csv"])?.as_deref() == Some("csv");
    let (from, to) = span(&params)?;
    let curricula = Curricula::load(api.store.as_ref()).await?;
    let in_force = one(&curricula, &path)?;
    let _turn = api.turn()?;
    let measured = measured(
        api.store.as_ref(),
        &in_force.curriculum,
        &curricula.all(),
        &cohort,
        by,
        from,
        to,
    )
    .await?;
    if is_csv {
        return csv_answer(in_force.curriculum.id(), &measured);
    }
    let mut body = head(in_force, &measured.whole)?;
    body.insert("from".to_owned(), json!(from));
    body.insert("to".to_owned(), json!(to));
    if by.is_some() {
        let cohorts = measured
            .cohorts
            .iter()
            .map(|(name, report)| {
                let mut members = object(report)?;
                members.insert("cohort".to_owned(), json!(name));
                Ok(Value::Object(members))
            })
            .collect::<Result<Vec<_>, Problem>>()?;
        body.insert("cohorts".to_owned(), Value::Array(cohorts));
    }
    json_answer(StatusCode::OK, &body)
}

pub(super) async fn of_person(api: Api, caller: Caller, path: Path<String>, request: HttpRequest) -> Answer {
    may_read(&caller)?;
    let params = Params::read(&request, &["curriculum", "from", "to"])?;
    let (from, to) = span(&params)?;
    let record = api.store.person(&path).await?;
    let record =
        record.ok_or_else(|| Problem::not_found(format!("there is no person {:?}", path.as_str())))?;
    let person = from_record(&record)?;
    let known = known(api.store.as_ref(), vec![person]).await?;
    let curricula = Curricula::load(api.store.as_ref()).await?;
    let wanted = params.text("curriculum");
    if let Some(id) = &wanted {
        one(&curricula, id)?;
    }
    let others = curricula.all();
    let mut items = Vec::new();
    for known in &known {
        let view = View {
            acts: &known.acts,
            others: &others,
            ..View::at(to)
        };
        for in_force in curricula.iter() {
            let curriculum = &in_force.curriculum;
            let is_wanted = wanted.as_ref().is_none_or(|id| id == curriculum.id());
            if is_wanted && curriculum.is_ever_for(&known.person) {
                let report =
                    measure(curriculum, &known.person, &known.evidence, &view, from).report(curriculum);
                items.push(Value::Object(head(in_force, &report.of_one())?));
            }
        }
    }
    json_answer(StatusCode::OK, &json!({ "from": from, "to": to, "items": items }))
}

/// The curriculum with this id.
pub(super) fn one<'c>(curricula: &'c Curricula, id: &str) -> Result<&'c InForce, Problem> {
    let unknown = || Problem::not_found(format!("there is no curriculum {id:?}"));
    curricula.get(id).ok_or_else(unknown)
}

/// The time asked about: from a moment on, or ever, up to a moment, or now.
pub(super) fn span(params: &Params) -> Result<(Option<Timestamp>, Timestamp), Problem> {
    let from = params.moment("from")?;
    let to = params.moment("to")?.unwrap_or_else(web::now);
    if let Some(from) = from.filter(|from| *from > to) {
        return Err(Problem::bad_request(
            "invalid-parameter",
            format!("the parameter \"from\" is {from}, after the end, {to}; expected an earlier moment"),
        )
        .with("parameter", "from"));
    }
    Ok((from, to))
}

fn head(in_force: &InForce, report: &Report) -> Result<serde_json::Map<String, Value>, Problem> {
    let mut members = object(report)?;
    members.insert("curriculum".to_owned(), json!(in_force.curriculum.id()));
    members.insert("title".to_owned(), json!(in_force.curriculum.title()));
    members.insert("revision".to_owned(), json!(in_force.revision));
    Ok(members)
}

fn object(report: &Report) -> Result<serde_json::Map<String, Value>, Problem> {
    match serde_json::to_value(report) {
        Ok(Value::Object(members)) => Ok(members),
        Ok(_) => Err(failure(&"a report is an object")),
        Err(error) => Err(failure(&error)),
    }
}

fn csv_answer(curriculum: &str, measured: &Measured) -> Answer {
    let mut lines = vec![COLUMNS.map(str::to_owned).to_vec()];
    lines.extend(rows("", &measured.whole)?);
    for (name, report) in &measured.cohorts {
        lines.extend(rows(name, report)?);
    }
    let body = written(lines.into_iter()).map_err(|error| failure(&error))?;
    Ok(HttpResponse::Ok()
        .insert_header((header::CONTENT_TYPE, "text/csv; charset=utf-8"))
        .insert_header((
            header::CONTENT_DISPOSITION,
            format!("attachment; filename=\"{curriculum}-measures.csv\""),
        ))
        .body(body))
}

/// A report as lines: measures, each followed by what it is for each course, then the courses.
fn rows(cohort: &str, report: &Report) -> Result<Vec<Vec<String>>, Problem> {
    let mut rows = Vec::new();
    for own in &report.measures {
        let line = |course: &str, value, n: u64, met| -> Result<Vec<(&'static str, String)>, Problem> {
            Ok(vec![
                ("of", "measure".to_owned()),
                ("id", own.id.clone()),
                ("title", own.title.clone()),
                ("course", course.to_owned()),
                ("level", own.level.number().to_string()),
                ("value", number(value)),
                ("n", n.to_string()),
                ("target", number(own.target)),
                ("better", word(&own.better)?),
                ("met", word(&met)?),
            ])
        };
        let mut whole = line("", own.value, own.n, own.met)?;
        whole.extend([
            ("people", own.people.to_string()),
            (
                "people_met",
                own.people_met.map(|count| count.to_string()).unwrap_or_default(),
            ),
            ("baseline", number(own.baseline)),
            ("change", number(own.change)),
        ]);
        rows.push(whole);
        for course in &own.courses {
            rows.push(line(&course.course, course.value, course.n, course.met)?);
        }
    }
    for own in &report.courses {
        let CourseFigures {
            tried,
            passed,
            pass_rate,
            first_try_rate,
            attempts,
            best_score,
        } = own.figures;
        rows.push(vec![
            ("of", "course".to_owned()),
            ("id", own.id.clone()),
            ("title", own.title.clone()),
            ("level", own.level.number().to_string()),
            ("delivery", word(&own.delivery)?),
            ("assessment", word(&own.assessment)?),
            ("tried", tried.to_string()),
            ("passed", passed.to_string()),
            ("pass_rate", number(pass_rate)),
            ("first_try_rate", number(first_try_rate)),
            ("attempts", number(attempts)),
            ("best_score", number(best_score)),
        ]);
    }
    Ok(rows
        .into_iter()
        .map(|cells| {
            COLUMNS
                .iter()
                .map(|column| match *column {
                    "cohort" => harmless(cohort.to_owned()),
                    // A figure below zero is no formula.
                    "value" | "target" | "baseline" | "change" => cell(&cells, column),
                    _ => harmless(cell(&cells, column)),
                })
                .collect()
        })
        .collect())
}

fn cell(cells: &[(&str, String)], column: &str) -> String {
    let own = cells.iter().find(|(name, _)| *name == column);
    own.map(|(_, cell)| cell.clone()).unwrap_or_default()
}

fn number(number: Option<Number>) -> String {
    number.map(|number| number.to_string()).unwrap_or_default()
}

/// The word the API uses; nothing for nothing.
fn word(value: &impl serde::Serialize) -> Result<String, Problem> {
    match serde_json::to_value(value) {
        Ok(Value::Null) => Ok(String::new()),
        Ok(Value::String(word)) => Ok(word),
        Ok(other) => Ok(other.to_string()),
        Err(error) => Err(failure(&error)),
    }
}
