use serde_json::{Value, json};

use crate::lrs::Lrs;
use crate::requirement::{Case, Check, Requirement, at, ensure, failed};
use crate::sample::statement;
use crate::tools::edit::{put, set};
use crate::tools::store::{id_of, store};

fn multilingual() -> Value {
    let sent = set(
        statement(),
        "/object/definition",
        json!({
            "name": { "en": "A question", "de": "Eine Frage", "fr": "Une question" },
            "description": { "en": "Which?", "fr": "Laquelle ?" },
            "type": "http://adlnet.gov/expapi/activities/cmi.interaction",
            "interactionType": "choice",
            "choices": [
                { "id": "a", "description": { "en": "The first", "de": "Das erste" } },
                { "id": "b", "description": { "de": "Das zweite", "fr": "Le second" } }
            ]
        }),
    );
    put(
        sent,
        "/context/contextActivities/parent",
        json!([{
            "id": crate::sample::iri("activities"),
            "definition": { "name": { "en": "A quiz", "de": "Ein Quiz" } }
        }]),
    )
}

const MAPS: [&str; 5] = [
    "/object/definition/name",
    "/object/definition/description",
    "/object/definition/choices/0/description",
    "/object/definition/choices/1/description",
    "/context/contextActivities/parent/0/definition/name",
];

async fn canonical(lrs: &Lrs, sent: &Value, accept: Option<&str>) -> Check<Value> {
    let call = lrs
        .get("statements")
        .query("statementId", id_of(sent))
        .query("format", "canonical");
    let call = match accept {
        Some(accept) => call.header("accept-language", accept),
        None => call,
    };
    call.send().await?.status(200)?.json()
}

/// The one language of a map; fails where there are none or several.
fn language_of(found: &Value, pointer: &str) -> Check<String> {
    let map = found.pointer(pointer).and_then(Value::as_object);
    match map.map(|map| map.keys().cloned().collect::<Vec<_>>()).as_deref() {
        Some([one]) => Ok(one.clone()),
        _ => Err(failed(
            format!("{pointer} has exactly one language"),
            found.pointer(pointer).cloned().unwrap_or_default().to_string(),
        )),
    }
}

pub(super) fn all() -> Vec<Requirement> {
    let section = || at("Communication 2.1.3 Language Filtering", "4.1.6.1");
    vec![
        Requirement::must(
            "language.one-per-map",
            section(),
            "canonical gives one language in each language map of an Activity.",
        )
        .cases([None, Some("de"), Some("xx-unheard")].map(|accept| {
            Case::new(accept.unwrap_or("no Accept-Language"), move |lrs| async move {
                let sent = multilingual();
                store(&lrs, &sent).await?;
                let found = canonical(&lrs, &sent, accept).await?;
                MAPS.iter()
                    .try_for_each(|pointer| language_of(&found, pointer).map(drop))
            })
        })),
        Requirement::must(
            "language.accept-language",
            section(),
            "Accept-Language chooses the language, for each map by itself.",
        )
        .cases(
            [
                ("fr, de;q=0.5", ["fr", "fr", "de", "fr", "de"]),
                ("de, fr;q=0.9", ["de", "fr", "de", "de", "de"]),
                ("de;q=0.2, en;q=0.8", ["en", "en", "en", "de", "en"]),
                ("en-US, fr;q=0.1, *;q=0.01", ["fr", "fr", "", "fr", ""]),
            ]
            .map(|(accept, expected)| {
                Case::new(accept, move |lrs| async move {
                    let sent = multilingual();
                    store(&lrs, &sent).await?;
                    let found = canonical(&lrs, &sent, Some(accept)).await?;
                    for (pointer, expected) in MAPS.iter().zip(expected) {
                        let language = language_of(&found, pointer)?;
                        // en-US may be met by en (a broader tag) or be passed over: the RFCs differ.
                        let fine = expected.is_empty()
                            || language == expected
                            || (accept.starts_with("en-US") && language == "en");
                        ensure(fine, format!("{pointer} in {expected}"), language)?;
                    }
                    Ok(())
                })
            }),
        ),
        Requirement::must(
            "language.canonical-only",
            section(),
            "exact is not filtered by language.",
        )
        .case("exact with Accept-Language", |lrs| async move {
            let sent = multilingual();
            store(&lrs, &sent).await?;
            let call = lrs
                .get("statements")
                .query("statementId", id_of(&sent))
                .header("accept-language", "de");
            crate::tools::compare::same_statement(&sent, &call.send().await?.status(200)?.json()?)
        }),
    ]
}
