use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::endpoints::GETS;
use crate::requirement::{Case, Requirement, at};
use crate::sample::{statement, uuid};
use crate::tools::store::{absent, id_of};

pub(super) fn all() -> Vec<Requirement> {
    let section = || at("Communication 3.2", "");
    vec![
        Requirement::must(
            "authentication.required",
            section(),
            "A request without credentials is refused with 401.",
        )
        .cases(GETS.map(|(name, get)| {
            Case::new(format!("GET {name}"), move |lrs| async move {
                get(&lrs).without_credentials().send().await?.status(401).map(drop)
            })
        }))
        .case("POST statements", |lrs| async move {
            let sent = statement();
            lrs.post("statements").json(&sent).without_credentials().send().await?.status(401)?;
            absent(&lrs, &id_of(&sent)).await
        }),
        Requirement::must(
            "authentication.refused",
            section(),
            "Credentials that are not known are refused with 401; a header that makes no sense with 400 or 401.",
        )
        .case("an unknown key", |lrs| async move {
            let header = format!("Basic {}", STANDARD.encode(format!("{}:{}", uuid(), uuid())));
            let call = lrs.get("statements").query("limit", "1").header("authorization", header);
            call.send().await?.status(401).map(drop)
        })
        .case("the key with another secret", |lrs| async move {
            let header = format!("Basic {}", STANDARD.encode(format!("{}:{}", lrs.target().key, uuid())));
            let call = lrs.get("statements").query("limit", "1").header("authorization", header);
            call.send().await?.status(401).map(drop)
        })
        .case("another secret stores nothing", |lrs| async move {
            let sent = statement();
            let header = format!("Basic {}", STANDARD.encode(format!("{}:{}", lrs.target().key, uuid())));
            let call = lrs.post("statements").json(&sent).header("authorization", header);
            call.send().await?.status(401)?;
            absent(&lrs, &id_of(&sent)).await
        })
        .cases(
            [
                ("no base64", "Basic %%%"),
                ("no colon", "Basic bm9jb2xvbg=="),
                ("no scheme", "dGVzdDp0ZXN0"),
                ("an unknown scheme", "Magic dGVzdDp0ZXN0"),
                ("nothing after the scheme", "Basic"),
            ]
            .map(|(name, header)| {
                Case::new(name, move |lrs| async move {
                    let call = lrs.get("statements").query("limit", "1").header("authorization", header);
                    call.send().await?.status_in(&[400, 401]).map(drop)
                })
            }),
        ),
    ]
}
