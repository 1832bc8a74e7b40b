use serde_json::json;

use super::{holding, refused};
use crate::requirement::{Requirement, at};
use crate::sample::{Data, statement};
use crate::tools::multipart::Part;
use crate::tools::store::{absent, id_of};

pub(super) fn all() -> Vec<Requirement> {
    let section = || at("Communication 1.5.2", "4.1.3");
    vec![
        Requirement::must(
            "attachments.data-or-link",
            section(),
            "An attachment whose data neither comes with the request nor is linked is refused.",
        )
        .case("application/json", |lrs| async move {
            let sent = holding(&[&Data::text()]);
            lrs.post("statements").json(&sent).send().await?.status(400)?;
            absent(&lrs, &id_of(&sent)).await
        })
        .case("multipart/mixed without the part", |lrs| async move {
            let sent = holding(&[&Data::text()]);
            refused(&lrs, &sent, &[Part::statements(&sent)]).await
        })
        .case("multipart/mixed with another part", |lrs| async move {
            let sent = holding(&[&Data::text()]);
            refused(&lrs, &sent, &[Part::statements(&sent), Data::text().part()]).await
        })
        .case("one of two is missing", |lrs| async move {
            let (one, two) = (Data::text(), Data::text());
            let sent = holding(&[&one, &two]);
            refused(&lrs, &sent, &[Part::statements(&sent), one.part()]).await
        }),
        Requirement::must(
            "attachments.no-excess-parts",
            section(),
            "A part that belongs to no attachment of the statements is refused.",
        )
        .case("a part too many", |lrs| async move {
            let data = Data::text();
            let sent = holding(&[&data]);
            refused(
                &lrs,
                &sent,
                &[Part::statements(&sent), data.part(), Data::text().part()],
            )
            .await
        }),
        Requirement::must(
            "attachments.hash",
            section(),
            "Each part after the first names its SHA-2 in X-Experience-API-Hash, and it is that of its data.",
        )
        .case("without X-Experience-API-Hash", |lrs| async move {
            let data = Data::text();
            let sent = holding(&[&data]);
            let part = data.part().without("x-experience-api-hash");
            refused(&lrs, &sent, &[Part::statements(&sent), part]).await
        })
        .case("the hash of other data", |lrs| async move {
            let (data, other) = (Data::text(), Data::text());
            let sent = holding(&[&data]);
            let part = Part::attachment("text/plain", &other.sha2, &data.bytes);
            refused(&lrs, &sent, &[Part::statements(&sent), part]).await
        })
        .case("data that was changed on its way", |lrs| async move {
            let data = Data::text();
            let sent = holding(&[&data]);
            let part = Part::attachment("text/plain", &data.sha2, b"something else");
            refused(&lrs, &sent, &[Part::statements(&sent), part]).await
        }),
        Requirement::must(
            "attachments.transfer-encoding",
            section(),
            "Each part after the first has Content-Transfer-Encoding: binary.",
        )
        .case("another encoding", |lrs| async move {
            let data = Data::text();
            let sent = holding(&[&data]);
            let mut part = data.part().without("content-transfer-encoding");
            part.headers
                .push(("content-transfer-encoding".to_owned(), "base64".to_owned()));
            refused(&lrs, &sent, &[Part::statements(&sent), part]).await
        }),
        Requirement::must(
            "attachments.first-part",
            section(),
            "The first part holds all statements, as application/json.",
        )
        .case("another content type", |lrs| async move {
            let data = Data::text();
            let sent = holding(&[&data]);
            let mut first = Part::statements(&sent).without("content-type");
            first
                .headers
                .push(("content-type".to_owned(), "text/plain".to_owned()));
            refused(&lrs, &sent, &[first, data.part()]).await
        })
        .case("statements in two parts", |lrs| async move {
            let (one, two) = (statement(), statement());
            refused(&lrs, &one, &[Part::statements(&one), Part::statements(&two)]).await
        })
        .case("the data first", |lrs| async move {
            let data = Data::text();
            let sent = holding(&[&data]);
            refused(&lrs, &sent, &[data.part(), Part::statements(&sent)]).await
        }),
        Requirement::must(
            "attachments.nothing-of-a-refused-request",
            at("Communication 3.2", "4.1.3"),
            "A batch with one bad attachment is refused whole.",
        )
        .case("the second of two", |lrs| async move {
            let (good, bad) = (Data::text(), Data::text());
            let (one, two) = (holding(&[&good]), holding(&[&bad]));
            let parts = [Part::statements(&json!([one, two])), good.part()];
            refused(&lrs, &one, &parts).await?;
            absent(&lrs, &id_of(&two)).await
        }),
    ]
}
