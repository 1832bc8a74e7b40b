use serde_json::Value;

use super::{attach, holds, with_attachments};
use crate::requirement::{Case, Requirement, at, ensure};
use crate::sample::{Data, statement};
use crate::tools::compare::same_statement;
use crate::tools::multipart::{self, Part};
use crate::tools::store::id_of;

pub(super) fn all() -> Vec<Requirement> {
    let section = || at("Communication 2.1.3", "4.1.6.1");
    vec![
        Requirement::must(
            "attachments.returned",
            section(),
            "attachments=true answers multipart/mixed: the statements first, as application/json, then the data.",
        )
        .case("one statement", |lrs| async move {
            let data = Data::text();
            let sent = attach(&lrs, &[&data]).await?;
            let parts = with_attachments(&lrs, &sent).await?;
            let first = parts.first().cloned().unwrap_or_else(|| Part { headers: Vec::new(), body: Vec::new() });
            let kind = first.header("content-type").unwrap_or("none");
            ensure(kind.starts_with("application/json"), "first part: application/json", kind)?;
            let back: Value = serde_json::from_slice(&first.body).unwrap_or_default();
            same_statement(&sent, &back)?;
            holds(&parts, &data)
        })
        .case("a query", |lrs| async move {
            let (one, two) = (Data::text(), Data::binary());
            let (first, second) = (attach(&lrs, &[&one]).await?, attach(&lrs, &[&two]).await?);
            for (sent, data) in [(&first, &one), (&second, &two)] {
                let agent = sent["actor"].to_string();
                let call = lrs.get("statements").query("agent", agent).query("attachments", "true");
                let answer = call.send().await?;
                let parts = multipart::read(answer.status(200)?)?;
                let bytes = parts.first().map(|part| part.body.clone()).unwrap_or_default();
                let result: Value = serde_json::from_slice(&bytes).unwrap_or_default();
                same_statement(sent, &result["statements"][0])?;
                holds(&parts, data)?;
            }
            Ok(())
        })
        .case("a statement without attachments", |lrs| async move {
            let sent = statement();
            crate::tools::store::store(&lrs, &sent).await?;
            let parts = with_attachments(&lrs, &sent).await?;
            ensure(parts.len() == 1, "one part: the statement", parts.len().to_string())
        }),
        Requirement::must(
            "attachments.not-returned",
            section(),
            "Without attachments=true the answer is application/json, without data.",
        )
        .cases(["", "false"].map(|value| {
            let name = if value.is_empty() { "no parameter" } else { "attachments=false" };
            Case::new(name, move |lrs| async move {
                let sent = attach(&lrs, &[&Data::text()]).await?;
                let call = lrs.get("statements").query("statementId", id_of(&sent));
                let call = if value.is_empty() { call } else { call.query("attachments", value) };
                let answer = call.send().await?;
                answer.status(200)?.of_type("application/json")?;
                same_statement(&sent, &answer.json()?)
            })
        })),
    ]
}
