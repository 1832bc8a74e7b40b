use serde_json::{Value, json};
use uuid::Uuid;

use crate::requirement::{Requirement, at, ensure};
use crate::requirements::rows::{Place, Row, at as statement_at, in_substatement, place};
use crate::sample::{reference, statement, with};
use crate::tools::edit::remove;
use crate::tools::store::{post, stored};

const UUIDS: &[Place] = &[
    place("id", |v| with("id", v)),
    place("registration", |v| statement_at("/context/registration", v)),
    place("StatementRef", |v| {
        with("object", crate::tools::edit::set(reference(""), "/id", v))
    }),
    place("registration of a SubStatement", |v| {
        in_substatement("/context/registration", v)
    }),
];

/// A UUID of this version: random bits, the version's digit in its place.
fn of_version(version: char) -> Value {
    let text = Uuid::new_v4().to_string();
    let text: String = text
        .chars()
        .enumerate()
        .map(|(index, c)| if index == 14 { version } else { c })
        .collect();
    json!(text)
}

pub(super) fn all() -> Vec<Requirement> {
    let good: &[Row] = &[
        ("version 1", || of_version('1')),
        ("version 3", || of_version('3')),
        ("version 4", || of_version('4')),
        ("version 5", || of_version('5')),
        ("in capitals", || json!(Uuid::new_v4().to_string().to_uppercase())),
    ];
    let bad: &[Row] = &[
        ("words", || json!("not a UUID")),
        ("empty", || json!("")),
        ("a digit short", || {
            json!(Uuid::new_v4().to_string().get(..35).unwrap_or_default())
        }),
        ("a digit more", || json!(format!("{}0", Uuid::new_v4()))),
        ("no hexadecimal digit", || {
            json!(Uuid::new_v4().to_string().replacen(|_: char| true, "g", 1))
        }),
        ("without hyphens", || json!(Uuid::new_v4().simple().to_string())),
        ("in braces", || json!(Uuid::new_v4().braced().to_string())),
        ("as a URN", || json!(Uuid::new_v4().urn().to_string())),
        ("a number", || json!(123_456)),
        ("an object", || json!({ "uuid": Uuid::new_v4() })),
    ];
    vec![
        Requirement::must(
            "uuid.accepted",
            at("Data 2.4.1", "4.2.4.2"),
            "A UUID of any version of RFC 4122's variant is taken, in either case.",
        )
        .accepts(UUIDS, good),
        Requirement::must(
            "uuid.format",
            at("Data 4.4", ""),
            "A UUID is in standard string form.",
        )
        .rejects(UUIDS, bad),
        Requirement::must(
            "id.generated",
            at("Data 2.4.1", "4.2.4.2"),
            "A statement without id gets one.",
        )
        .case("POST", |lrs| async move {
            let sent = remove(statement(), "/id");
            let answer = post(&lrs, &sent).await?;
            let ids = answer.status(200)?.json()?;
            let id = ids[0].as_str().unwrap_or_default();
            ensure(
                Uuid::try_parse(id).is_ok(),
                "an array with the UUID that was given to it",
                ids.to_string(),
            )?;
            let back = stored(&lrs, id).await?;
            ensure(
                back["actor"] == sent["actor"],
                sent["actor"].to_string(),
                back["actor"].to_string(),
            )
        }),
    ]
}
