//! `GET /people/{id}/recognition` and `GET /boards/{curriculum}`: points, badges, levels, and who has how many.

use actix_web::HttpRequest;
use actix_web::http::StatusCode;
use actix_web::web::Path;
use rules::View;
use rules::recognition::recognize;
use serde_json::{Value, json};
use web::{Caller, Problem};

use crate::api::answer::{failure, json_answer};
use crate::api::measures::{one, span};
use crate::api::params::Params;
use crate::api::{Answer, Api, may_read};
use crate::ask::{Cohort, Curricula, known, places};
use crate::people::from_record;

pub(super) async fn of_person(api: Api, caller: Caller, path: Path<String>, request: HttpRequest) -> Answer {
    may_read(&caller)?;
    Params::read(&request, &[])?;
    let record = api.store.person(&path).await?;
    let record =
        record.ok_or_else(|| Problem::not_found(format!("there is no person {:?}", path.as_str())))?;
    let known = known(api.store.as_ref(), vec![from_record(&record)?]).await?;
    let curricula = Curricula::load(api.store.as_ref()).await?;
    let others = curricula.all();
    let (mut items, mut points) = (Vec::new(), 0);
    for known in &known {
        let view = View {
            acts: &known.acts,
            others: &others,
            ..View::at(web::now())
        };
        for curriculum in others.iter().filter(|own| own.is_ever_for(&known.person)) {
            let Some(own) = recognize(curriculum, &known.person, &known.evidence, &view) else {
                continue;
            };
            points += own.points;
            let mut item = serde_json::to_value(&own).map_err(|error| failure(&error))?;
            if let Value::Object(members) = &mut item {
                members.insert("curriculum".to_owned(), json!(curriculum.id()));
                members.insert("title".to_owned(), json!(curriculum.title()));
            }
            items.push(item);
        }
    }
    json_answer(StatusCode::OK, &json!({ "points": points, "items": items }))
}

/// The most places of an answer, unless told otherwise and at all.
const PLACES: (i64, i64) = (50, 500);

pub(super) async fn board(api: Api, caller: Caller, path: Path<String>, request: HttpRequest) -> Answer {
    may_read(&caller)?;
    let params = Params::read(&request, &["group", "from", "to", "limit"])?;
    let limit = params.number("limit", 1, PLACES.1)?.unwrap_or(PLACES.0);
    let (from, to) = span(&params)?;
    let curricula = Curricula::load(api.store.as_ref()).await?;
    let curriculum = &one(&curricula, &path)?.curriculum;
    if !curriculum.has_boards() {
        return Err(Problem::not_found(format!(
            "the curriculum {:?} has no boards; it says so with \"recognition: {{ boards: true }}\"",
            curriculum.id()
        )));
    }
    let cohort = Cohort {
        group: params.text("group"),
        ..Cohort::default()
    };
    let _turn = api.turn()?;
    let mut places = places(
        api.store.as_ref(),
        curriculum,
        &curricula.all(),
        &cohort,
        from,
        to,
    )
    .await?;
    let people = places.len();
    places.truncate(usize::try_from(limit).unwrap_or(1));
    json_answer(
        StatusCode::OK,
        &json!({
            "curriculum": curriculum.id(),
            "title": curriculum.title(),
            "group": cohort.group,
            "from": from,
            "to": to,
            "people": people,
            "items": places,
        }),
    )
}
