use serde_json::{Value, json};

use crate::requirement::{Case, Requirement, at, ensure};
use crate::requirements::rows::{STATEMENTS, at as statement_at};
use crate::sample::{statement, with};
use crate::tools::edit::put;
use crate::tools::store::{id_of, store};

/// Numbers, and where each may stand.
const NUMBERS: [(&str, &str); 10] = [
    ("a third", "0.33333334"),
    ("seven digits", "0.1234567"),
    ("a large number", "16777217"),
    ("a small number", "0.000001234567"),
    ("an exponent", "1.5e20"),
    ("a negative exponent", "-2.5e-10"),
    ("minus zero point something", "-0.7654321"),
    ("zero", "0"),
    ("an integer with a fraction of zero", "95.0"),
    ("many digits", "3.14159265358979"),
];

pub(super) fn all() -> Vec<Requirement> {
    vec![
        Requirement::must(
            "fidelity.numbers",
            at("Data 2.2", ""),
            "Numbers are kept with the precision of IEEE 754 with 32 bits at least.",
        )
        .cases(NUMBERS.into_iter().flat_map(|(name, number)| {
            ["/result/score/raw", "/result/extensions/https:~1~1example.org~1e"].map(|pointer| {
                Case::new(format!("{name}, {}", pointer.split('/').nth(2).unwrap_or_default()), move |lrs| async move {
                    let value: Value = serde_json::from_str(number).unwrap_or_default();
                    let sent = put(statement(), pointer, value);
                    let back = store(&lrs, &sent).await?;
                    let (sent, found) = (sent.pointer(pointer).cloned(), back.pointer(pointer).cloned());
                    crate::tools::compare::same(
                        pointer,
                        &sent.unwrap_or_default(),
                        &found.unwrap_or_default(),
                    )
                })
            })
        })),
        Requirement::must(
            "fidelity.lists-keep-order",
            at("Data 2.3.1", ""),
            "Lists come back in their order, except the members of a Group.",
        )
        .accepts(
            STATEMENTS,
            &[
                ("context activities", || {
                    let parents: Vec<Value> = (0..5).map(|_| crate::sample::activity()).collect();
                    statement_at("/context/contextActivities/parent", json!(parents))
                }),
                ("correct responses", || {
                    statement_at(
                        "/object/definition",
                        json!({ "interactionType": "fill-in", "correctResponsesPattern": ["d", "b", "c", "a"] }),
                    )
                }),
                ("extensions", || {
                    statement_at("/context/extensions", json!({ "https://example.org/e": [5, 3, 4, 1, 2] }))
                }),
            ],
        ),
        Requirement::must(
            "fidelity.nothing-added",
            at("Data 2.3.1", ""),
            "The LRS adds id, timestamp, stored, authority and version, and nothing else.",
        )
        .case("a statement of the required members", |lrs| async move {
            let sent = json!({
                "id": crate::sample::uuid(),
                "actor": crate::tools::edit::remove(crate::sample::agent(), "/objectType"),
                "verb": { "id": crate::sample::VERB },
                "object": { "id": crate::sample::iri("activities") }
            });
            let back = store(&lrs, &sent).await?;
            for member in ["actor", "verb", "object"] {
                ensure(back[member] == sent[member], sent[member].to_string(), back[member].to_string())?;
            }
            crate::tools::compare::same_statement(&sent, &back)
        }),
        Requirement::must(
            "fidelity.verb-display",
            at("Data 2.4.3", "4.2.2.2"),
            "exact gives the display of a Verb as it was in the statement, or not at all.",
        )
        .case("omitted where others have one", |lrs| async move {
            let verb = crate::sample::iri("verbs");
            let shown = with("verb", json!({ "id": verb, "display": { "en": "did" } }));
            let bare = with("verb", json!({ "id": verb }));
            store(&lrs, &shown).await?;
            let back = store(&lrs, &bare).await?;
            ensure(back["verb"] == bare["verb"], bare["verb"].to_string(), back["verb"].to_string())
        }),
        Requirement::must(
            "fidelity.durations-are-text",
            at("Data 2.3.1", ""),
            "A duration comes back as it was written, not converted to other units.",
        )
        .cases(["PT90S", "PT3600S", "P12M", "P7D", "PT0.5H"].map(|duration| {
            Case::new(duration, move |lrs| async move {
                let sent = put(statement(), "/result/duration", json!(duration));
                let found = store(&lrs, &sent).await?["result"]["duration"].clone();
                ensure(found == duration, duration, found.to_string())
            })
        })),
        Requirement::must(
            "fidelity.every-read-alike",
            at("Data 2.3.1", ""),
            "A statement is the same by its id and in a query.",
        )
        .case("whole", |lrs| async move {
            let sent = crate::sample::whole(lrs.version());
            let one = store(&lrs, &sent).await?;
            let registration = sent["context"]["registration"].as_str().unwrap_or_default();
            let found = lrs.get("statements").query("registration", registration).send().await?.statements()?;
            let listed = found.into_iter().find(|found| id_of(found) == id_of(&sent)).unwrap_or_default();
            ensure(one == listed, one.to_string(), listed.to_string())
        }),
    ]
}
