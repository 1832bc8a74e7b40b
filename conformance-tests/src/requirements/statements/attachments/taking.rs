use aws_lc_rs::digest::{SHA384, SHA512};
use serde_json::json;

use super::{attach, holding, holds, send, with_attachments};
use crate::requirement::{Case, Requirement, at};
use crate::sample::{Data, linked_attachment, statement, with};
use crate::tools::compare::same_statement;
use crate::tools::multipart::{self, Part};
use crate::tools::store::{id_of, stored};

pub(super) fn all() -> Vec<Requirement> {
    let section = || at("Communication 1.5.2", "4.1.3");
    vec![
        Requirement::must(
            "attachments.taken",
            section(),
            "A statement with attached data is taken as multipart/mixed, and the data comes back byte for byte.",
        )
        .cases([("text", Data::text as fn() -> Data), ("binary", Data::binary)].map(|(name, data)| {
            Case::new(name, move |lrs| async move {
                let data = data();
                let sent = attach(&lrs, &[&data]).await?;
                holds(&with_attachments(&lrs, &sent).await?, &data)
            })
        }))
        .case("SHA-384 and SHA-512", |lrs| async move {
            let (one, two) = (Data::text().hashed_with(&SHA384), Data::text().hashed_with(&SHA512));
            let sent = attach(&lrs, &[&one, &two]).await?;
            let parts = with_attachments(&lrs, &sent).await?;
            holds(&parts, &one)?;
            holds(&parts, &two)
        })
        .case("nothing but headers: an empty file", |lrs| async move {
            let data = Data::new("text/plain", Vec::new());
            let sent = attach(&lrs, &[&data]).await?;
            holds(&with_attachments(&lrs, &sent).await?, &data)
        })
        .case("a mebibyte", |lrs| async move {
            let mut bytes = crate::sample::uuid().into_bytes();
            bytes.resize(1024 * 1024, b'\n');
            let data = Data::new("application/octet-stream", bytes);
            let sent = attach(&lrs, &[&data]).await?;
            holds(&with_attachments(&lrs, &sent).await?, &data)
        })
        .case("by PUT", |lrs| async move {
            let data = Data::text();
            let sent = holding(&[&data]);
            let body = multipart::write(&[Part::statements(&sent), data.part()]);
            let call = lrs.put("statements").query("statementId", id_of(&sent));
            call.body(&multipart::content_type(), body).send().await?.status(204)?;
            stored(&lrs, &id_of(&sent)).await?;
            holds(&with_attachments(&lrs, &sent).await?, &data)
        }),
        Requirement::must(
            "attachments.batch",
            section(),
            "Several statements may bring attachments in one request, a shared one once.",
        )
        .case("two statements share one, one has another", |lrs| async move {
            let (shared, own) = (Data::text(), Data::binary());
            let (one, two) = (holding(&[&shared]), holding(&[&own, &shared]));
            let parts = [Part::statements(&json!([one, two])), shared.part(), own.part()];
            send(&lrs, &parts).await?.status(200)?;
            stored(&lrs, &id_of(&two)).await?;
            holds(&with_attachments(&lrs, &one).await?, &shared)?;
            let parts = with_attachments(&lrs, &two).await?;
            holds(&parts, &own)?;
            holds(&parts, &shared)
        }),
        Requirement::should(
            "attachments.multipart-without-data",
            section(),
            "multipart/mixed is taken for statements without attachments, or with linked ones alone.",
        )
        .case("no attachments", |lrs| async move {
            let sent = statement();
            send(&lrs, &[Part::statements(&sent)]).await?.status(200)?;
            same_statement(&sent, &stored(&lrs, &id_of(&sent)).await?)
        })
        .case("a linked attachment", |lrs| async move {
            let sent = with("attachments", json!([linked_attachment()]));
            send(&lrs, &[Part::statements(&sent)]).await?.status(200)?;
            same_statement(&sent, &stored(&lrs, &id_of(&sent)).await?)
        }),
    ]
}
