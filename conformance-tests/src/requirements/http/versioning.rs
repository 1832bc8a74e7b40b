use super::endpoints::GETS;
use crate::Version;
use crate::lrs::{Answer, Call, Lrs};
use crate::requirement::{Case, Check, Requirement, at, ensure};
use crate::sample::{statement, uuid};
use crate::tools::store::{absent, id_of, post};

/// Fails unless the answer names a version of the family it was asked in.
fn names_version(answer: &Answer, lrs: &Lrs) -> Check {
    let found = answer.header("x-experience-api-version")?;
    let family = match lrs.version() {
        Version::V1_0_3 => "1.0.",
        Version::V2_0_0 => "2.0.",
    };
    let whole = found.split('.').count() == 3;
    ensure(
        found.starts_with(family) && whole,
        format!("X-Experience-API-Version: {family}x"),
        found,
    )
}

fn each_resource(change: fn(Call) -> Call, check: fn(&Answer, &Lrs) -> Check) -> [Case; 6] {
    GETS.map(|(name, get)| {
        Case::new(format!("GET {name}"), move |lrs| async move {
            let answer = change(get(&lrs)).send().await?;
            check(&answer, &lrs)
        })
    })
}

pub(super) fn all() -> Vec<Requirement> {
    let section = || at("Communication 3.3", "");
    let accepted = |version: &'static str, only: Version| {
        Case::new(version, move |lrs| async move {
            lrs.get("statements")
                .query("limit", "1")
                .version(version)
                .send()
                .await?
                .status(200)
                .map(drop)
        })
        .only(only)
    };
    vec![
        Requirement::must(
            "version-header.on-every-answer",
            section(),
            "Every answer has X-Experience-API-Version, a whole version of the family that was asked for.",
        )
        .cases(each_resource(|call| call, names_version))
        .case("GET about", |lrs| async move {
            names_version(&lrs.get("about").send().await?, &lrs)
        })
        .case("POST statements", |lrs| async move {
            names_version(&post(&lrs, &statement()).await?, &lrs)
        })
        .case("PUT statements", |lrs| async move {
            let sent = statement();
            let call = lrs
                .put("statements")
                .query("statementId", id_of(&sent))
                .json(&sent);
            names_version(&call.send().await?, &lrs)
        })
        .case("400", |lrs| async move {
            let answer = lrs.get("statements").query("limit", "ten").send().await?;
            names_version(answer.status(400)?, &lrs)
        })
        .case("404", |lrs| async move {
            let answer = lrs.get("statements").query("statementId", uuid()).send().await?;
            names_version(answer.status(404)?, &lrs)
        })
        .case("401", |lrs| async move {
            let answer = lrs.get("statements").without_credentials().send().await?;
            answer.header("x-experience-api-version").map(drop)
        }),
        Requirement::must(
            "version-header.latest-patch",
            section(),
            "The answer names the latest patch version: 1.0.3 for 1.0.x, 2.0.0 for 2.0.",
        )
        .case("GET statements", |lrs| async move {
            let found = lrs
                .get("statements")
                .query("limit", "1")
                .send()
                .await?
                .header("x-experience-api-version")?;
            ensure(found == lrs.version().as_str(), lrs.version().as_str(), found)
        }),
        Requirement::must(
            "version-header.accepted",
            section(),
            "1.0 and every 1.0.x, and 2.0 and 2.0.0 for 2.0, are taken.",
        )
        .cases(["1.0", "1.0.0", "1.0.1", "1.0.2", "1.0.3", "1.0.9"].map(|v| accepted(v, Version::V1_0_3)))
        .cases(["2.0", "2.0.0"].map(|version| accepted(version, Version::V2_0_0))),
        Requirement::must(
            "version-header.required",
            section(),
            "A request without X-Experience-API-Version is refused with 400, except to about.",
        )
        .cases(each_resource(
            |call| call.without("x-experience-api-version"),
            |answer, _| answer.status(400).map(drop),
        ))
        .case("POST statements", |lrs| async move {
            let sent = statement();
            let call = lrs
                .post("statements")
                .json(&sent)
                .without("x-experience-api-version");
            call.send().await?.status(400)?;
            absent(&lrs, &id_of(&sent)).await
        })
        .case("PUT statements", |lrs| async move {
            let sent = statement();
            let call = lrs
                .put("statements")
                .query("statementId", id_of(&sent))
                .json(&sent);
            call.without("x-experience-api-version")
                .send()
                .await?
                .status(400)?;
            absent(&lrs, &id_of(&sent)).await
        })
        .case("about without it is fine", |lrs| async move {
            lrs.get("about")
                .without("x-experience-api-version")
                .send()
                .await?
                .status(200)
                .map(drop)
        }),
        Requirement::must(
            "version-header.refused",
            section(),
            "A version before 1.0, or one that is not known, is refused with 400 and a sentence.",
        )
        .cases(
            ["0.9", "0.95", "0.9.9", "1.1", "1.1.0", "3.0.0", "latest", ""].map(|version| {
                Case::new(
                    if version.is_empty() { "empty" } else { version },
                    move |lrs| async move {
                        let answer = lrs
                            .get("statements")
                            .query("limit", "1")
                            .version(version)
                            .send()
                            .await?;
                        answer.status(400)?;
                        ensure(
                            !answer.body.is_empty(),
                            "a short description of the problem",
                            "no content",
                        )
                    },
                )
            }),
        )
        .case("POST of 1.1.0 stores nothing", |lrs| async move {
            let sent = statement();
            lrs.post("statements")
                .json(&sent)
                .version("1.1.0")
                .send()
                .await?
                .status(400)?;
            absent(&lrs, &id_of(&sent)).await
        })
        .case("about does not mind", |lrs| async move {
            lrs.get("about")
                .version("0.9")
                .send()
                .await?
                .status(200)
                .map(drop)
        }),
    ]
}
