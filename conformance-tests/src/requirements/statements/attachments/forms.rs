use serde_json::json;

use super::{attach, holding, holds, send, with_attachments};
use crate::requirement::{Requirement, at, ensure};
use crate::sample::{Data, with};
use crate::tools::compare::same_statement;
use crate::tools::digest::sha256;
use crate::tools::multipart::{self, BOUNDARY, Part};
use crate::tools::store::{absent, id_of, stored};

pub(super) fn all() -> Vec<Requirement> {
    let section = || at("Communication 1.5.2", "4.1.3");
    vec![
        Requirement::must(
            "attachments.boundary",
            section(),
            "multipart/mixed is as RFC 2046 says: delimited by the boundary that Content-Type names.",
        )
        .case("no boundary in the header", |lrs| async move {
            let data = Data::text();
            let sent = holding(&[&data]);
            let body = multipart::write(&[Part::statements(&sent), data.part()]);
            lrs.post("statements")
                .body("multipart/mixed", body)
                .send()
                .await?
                .status(400)?;
            absent(&lrs, &id_of(&sent)).await
        })
        .case("another boundary in the header", |lrs| async move {
            let data = Data::text();
            let sent = holding(&[&data]);
            let body = multipart::write(&[Part::statements(&sent), data.part()]);
            let header = "multipart/mixed; boundary=another";
            lrs.post("statements")
                .body(header, body)
                .send()
                .await?
                .status(400)?;
            absent(&lrs, &id_of(&sent)).await
        })
        .case("no boundary in the body", |lrs| async move {
            let sent = holding(&[&Data::text()]);
            let call = lrs
                .post("statements")
                .body(&multipart::content_type(), sent.to_string());
            call.send().await?.status(400)?;
            absent(&lrs, &id_of(&sent)).await
        })
        .case("a preamble and an epilogue are passed over", |lrs| async move {
            let data = Data::text();
            let sent = holding(&[&data]);
            let mut body = b"This is a message in several parts.\r\n".to_vec();
            body.extend(multipart::write(&[Part::statements(&sent), data.part()]));
            body.extend_from_slice(b"That was all.\r\n");
            lrs.post("statements")
                .body(&multipart::content_type(), body)
                .send()
                .await?
                .status(200)?;
            stored(&lrs, &id_of(&sent)).await?;
            holds(&with_attachments(&lrs, &sent).await?, &data)
        })
        .case(
            "data that holds the boundary without its line end",
            |lrs| async move {
                let data = Data::new(
                    "text/plain",
                    format!("a --{BOUNDARY} b {}", crate::sample::uuid()).into_bytes(),
                );
                let sent = attach(&lrs, &[&data]).await?;
                holds(&with_attachments(&lrs, &sent).await?, &data)
            },
        ),
        Requirement::must(
            "attachments.content-type",
            section(),
            "Attached data comes as multipart/mixed, in no other multipart.",
        )
        .case("multipart/form-data", |lrs| async move {
            let data = Data::text();
            let sent = holding(&[&data]);
            let body = multipart::write(&[Part::statements(&sent), data.part()]);
            let header = multipart::content_type().replace("mixed", "form-data");
            lrs.post("statements")
                .body(&header, body)
                .send()
                .await?
                .status_in(&[400, 415])?;
            absent(&lrs, &id_of(&sent)).await
        }),
        Requirement::must(
            "attachments.known-data",
            at("Data 2.4.11", "4.2.2.6"),
            "The same data may be attached again, described in another way.",
        )
        .case("two statements, two titles", |lrs| async move {
            let data = Data::text();
            attach(&lrs, &[&data]).await?;
            let again = with(
                "attachments",
                json!([data.described_with("display", json!({ "en": "Again" }))]),
            );
            send(&lrs, &[Part::statements(&again), data.part()])
                .await?
                .status(200)?;
            same_statement(&again, &stored(&lrs, &id_of(&again)).await?)?;
            holds(&with_attachments(&lrs, &again).await?, &data)?;
            ensure(data.sha2 == sha256(&data.bytes), "its SHA-256", data.sha2)
        }),
    ]
}
