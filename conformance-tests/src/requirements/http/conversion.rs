use serde_json::{Value, json};

use crate::Version;
use crate::lrs::Lrs;
use crate::requirement::{Check, Fault, Requirement, at, ensure};
use crate::sample::{agent, uuid, with};
use crate::tools::edit::put;
use crate::tools::store::{id_of, store};

/// Gets a statement as a client of another version; does not apply where the LRS does not speak it.
async fn read_as(lrs: &Lrs, version: &str, id: &str) -> Check<Value> {
    let about = lrs.get("about").send().await?.status(200)?.json()?;
    let family = version.get(..3).unwrap_or(version);
    let versions = about["version"].as_array().cloned().unwrap_or_default();
    if !versions
        .iter()
        .filter_map(Value::as_str)
        .any(|spoken| spoken.starts_with(family))
    {
        return Err(Fault::NotApplicable(format!(
            "the LRS does not say in about that it speaks {family}"
        )));
    }
    let call = lrs.get("statements").query("statementId", id).version(version);
    call.send().await?.status(200)?.json()
}

pub(super) fn all() -> Vec<Requirement> {
    vec![
        Requirement::must(
            "conversion.newer-not-into-older",
            at("Communication 3.3", ""),
            "A statement keeps its version for clients of the same family.",
        )
        .case("1.0.9 read as 1.0.0", |lrs| async move {
            let sent = with("version", json!("1.0.9"));
            store(&lrs, &sent).await?;
            let back = read_as(&lrs, "1.0.0", &id_of(&sent)).await?;
            ensure(back["version"] == "1.0.9", "1.0.9", back["version"].to_string())
        }),
        Requirement::must(
            "conversion.1-0-statements-in-2-0",
            at("", "4.2.4.3"),
            "A statement of 1.0.x is read by a client of 2.0, with its version.",
        )
        .only(Version::V2_0_0)
        .case("stored by a 2.0 client", |lrs| async move {
            let sent = with("version", json!("1.0.3"));
            let back = store(&lrs, &sent).await?;
            ensure(back["version"] == "1.0.3", "1.0.3", back["version"].to_string())
        })
        .case("stored by a 1.0.3 client", |lrs| async move {
            let sent = crate::sample::statement();
            read_as(&lrs, "1.0.3", &uuid()).await.map(drop).or_else(|fault| match fault {
                // Nothing is stored yet: what counts is whether 1.0.x is spoken at all.
                Fault::Failed { .. } => Ok(()),
                fault => Err(fault),
            })?;
            lrs.post("statements").json(&sent).version("1.0.3").send().await?.status(200)?;
            let back = crate::tools::store::stored(&lrs, &id_of(&sent)).await?;
            crate::tools::compare::same_statement(&sent, &back)
        }),
        Requirement::must(
            "conversion.2-0-statements-in-1-0",
            at("Communication 3.3", ""),
            "A statement of 2.0 is read by a client of 1.0.x as one of 1.0.0, without what 1.0.x does not know.",
        )
        .only(Version::V2_0_0)
        .case("contextAgents and contextGroups", |lrs| async move {
            let one = put(
                crate::sample::statement(),
                "/context/contextAgents",
                json!([{ "objectType": "contextAgent", "agent": agent() }]),
            );
            let sent = put(
                one,
                "/context/contextGroups",
                json!([{ "objectType": "contextGroup", "group": crate::sample::group() }]),
            );
            store(&lrs, &sent).await?;
            let back = read_as(&lrs, "1.0.3", &id_of(&sent)).await?;
            ensure(back["version"].as_str().is_some_and(|v| v.starts_with("1.0.")), "1.0.x", back["version"].to_string())?;
            let context = &back["context"];
            let clean = context["contextAgents"].is_null() && context["contextGroups"].is_null();
            ensure(clean, "neither contextAgents nor contextGroups", context.to_string())
        }),
    ]
}
