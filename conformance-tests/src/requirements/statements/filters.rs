use serde_json::{Value, json};

use super::finds;
use crate::requirement::{Case, Requirement, at};
use crate::sample::{
    IDENTIFIERS, activity, agent, anonymous_group, group, iri, statement, substatement, uuid, with,
};
use crate::tools::edit::{put, remove, set};
use crate::tools::store::store;

fn by_agent(agent: &Value) -> [(&'static str, String); 1] {
    [("agent", agent.to_string())]
}

pub(super) fn all() -> Vec<Requirement> {
    vec![
        agents(),
        members(),
        not_related(),
        verb(),
        activity_filter(),
        registration(),
        together(),
    ]
}

fn agents() -> Requirement {
    Requirement::must(
        "filter.agent",
        at("Communication 2.1.3", "4.1.6.1"),
        "agent gives the statements whose actor or object is that Agent or Group, by equal identifier, and no \
         others.",
    )
    .cases(IDENTIFIERS.map(|(name, identified)| {
        Case::new(format!("actor by {name}"), move |lrs| async move {
            let who = identified();
            let sent = with("actor", put(who.clone(), "/name", json!("Ann")));
            store(&lrs, &sent).await?;
            store(&lrs, &with("actor", identified())).await?;
            finds(&lrs, &by_agent(&who), &[&sent]).await
        })
    }))
    .cases(IDENTIFIERS.map(|(name, identified)| {
        Case::new(format!("object by {name}"), move |lrs| async move {
            let who = identified();
            let sent = with("object", who.clone());
            store(&lrs, &sent).await?;
            finds(&lrs, &by_agent(&who), &[&sent]).await
        })
    }))
    .case("a group as actor", |lrs| async move {
        let who = group();
        let sent = with("actor", who.clone());
        store(&lrs, &sent).await?;
        finds(&lrs, &by_agent(&remove(who, "/member")), &[&sent]).await
    })
    .case("the parameter without objectType", |lrs| async move {
        let sent = statement();
        store(&lrs, &sent).await?;
        finds(&lrs, &by_agent(&remove(sent["actor"].clone(), "/objectType")), &[&sent]).await
    })
    .case("an account of another home page", |lrs| async move {
        let account = |home: &str, name: &str| json!({ "account": { "homePage": home, "name": name } });
        let name = uuid();
        let here = with("actor", account("https://a.example.org", &name));
        store(&lrs, &here).await?;
        store(&lrs, &with("actor", account("https://b.example.org", &name))).await?;
        finds(&lrs, &by_agent(&here["actor"]), &[&here]).await
    })
}

fn members() -> Requirement {
    Requirement::must(
        "filter.agent-in-group",
        at("Communication 2.1.3", "4.1.6.1"),
        "agent gives also the statements whose actor or object is a Group with that Agent as a member.",
    )
    .case("member of an anonymous group, the actor", |lrs| async move {
        let who = agent();
        let sent = with("actor", anonymous_group(vec![agent(), who.clone()]));
        store(&lrs, &sent).await?;
        finds(&lrs, &by_agent(&who), &[&sent]).await
    })
    .case("member of an identified group, the actor", |lrs| async move {
        let who = agent();
        let sent = with("actor", set(group(), "/member", json!([who.clone(), agent()])));
        store(&lrs, &sent).await?;
        finds(&lrs, &by_agent(&who), &[&sent]).await
    })
    .case("member of a group, the object", |lrs| async move {
        let who = agent();
        let sent = with("object", anonymous_group(vec![who.clone()]));
        store(&lrs, &sent).await?;
        finds(&lrs, &by_agent(&who), &[&sent]).await
    })
}

fn not_related() -> Requirement {
    Requirement::must(
        "filter.agent-narrow",
        at("Communication 2.1.3", "4.1.6.1"),
        "agent alone does not look at authority, instructor, team or SubStatements.",
    )
    .case("instructor and team", |lrs| async move {
        let who = agent();
        store(&lrs, &put(statement(), "/context/instructor", who.clone())).await?;
        store(
            &lrs,
            &put(statement(), "/context/team", anonymous_group(vec![who.clone()])),
        )
        .await?;
        finds(&lrs, &by_agent(&who), &[]).await
    })
    .case("in a SubStatement", |lrs| async move {
        let who = agent();
        store(&lrs, &with("object", set(substatement(), "/actor", who.clone()))).await?;
        finds(&lrs, &by_agent(&who), &[]).await
    })
}

fn verb() -> Requirement {
    Requirement::must(
        "filter.verb",
        at("Communication 2.1.3", "4.1.6.1"),
        "verb gives the statements of that Verb, by its IRI, and no others.",
    )
    .case("two verbs", |lrs| async move {
        let (one, two) = (iri("verbs"), iri("verbs"));
        let first = with("verb", json!({ "id": one, "display": { "en": "did" } }));
        let second = with("verb", json!({ "id": two, "display": { "en": "did" } }));
        store(&lrs, &first).await?;
        store(&lrs, &second).await?;
        finds(&lrs, &[("verb", one)], &[&first]).await?;
        finds(&lrs, &[("verb", two)], &[&second]).await
    })
    .case("not the verb of a SubStatement", |lrs| async move {
        let one = iri("verbs");
        store(
            &lrs,
            &with("object", set(substatement(), "/verb", json!({ "id": one }))),
        )
        .await?;
        finds(&lrs, &[("verb", one)], &[]).await
    })
}

fn activity_filter() -> Requirement {
    Requirement::must(
        "filter.activity",
        at("Communication 2.1.3", "4.1.6.1"),
        "activity gives the statements whose object is that Activity, by its IRI, and no others.",
    )
    .case("the object", |lrs| async move {
        let sent = statement();
        store(&lrs, &sent).await?;
        store(&lrs, &statement()).await?;
        finds(
            &lrs,
            &[(
                "activity",
                sent["object"]["id"].as_str().unwrap_or_default().to_owned(),
            )],
            &[&sent],
        )
        .await
    })
    .case("not a context activity", |lrs| async move {
        let course = activity();
        store(
            &lrs,
            &put(
                statement(),
                "/context/contextActivities/parent",
                json!([course.clone()]),
            ),
        )
        .await?;
        finds(
            &lrs,
            &[("activity", course["id"].as_str().unwrap_or_default().to_owned())],
            &[],
        )
        .await
    })
    .case("an IRI with a query and a fragment", |lrs| async move {
        let id = format!("{}?a=b&c=d+e%20f#g", iri("activities"));
        let sent = with("object", json!({ "id": id }));
        store(&lrs, &sent).await?;
        finds(&lrs, &[("activity", id)], &[&sent]).await
    })
    .case("an IRI beyond ASCII", |lrs| async move {
        let id = format!("{}/übung/漢字", iri("activities"));
        let sent = with("object", json!({ "id": id }));
        store(&lrs, &sent).await?;
        finds(&lrs, &[("activity", id)], &[&sent]).await
    })
    .case("case matters", |lrs| async move {
        let id = format!("{}/Part", iri("activities"));
        store(&lrs, &with("object", json!({ "id": id }))).await?;
        finds(&lrs, &[("activity", id.replace("Part", "part"))], &[]).await
    })
}

fn registration() -> Requirement {
    Requirement::must(
        "filter.registration",
        at("Communication 2.1.3", "4.1.6.1"),
        "registration gives the statements of that registration, and no others.",
    )
    .case("two registrations", |lrs| async move {
        let (one, two) = (uuid(), uuid());
        let first = put(statement(), "/context/registration", json!(one));
        let second = put(statement(), "/context/registration", json!(two));
        store(&lrs, &first).await?;
        store(&lrs, &second).await?;
        store(&lrs, &statement()).await?;
        finds(&lrs, &[("registration", one)], &[&first]).await?;
        finds(&lrs, &[("registration", two.to_uppercase())], &[&second]).await
    })
}

fn together() -> Requirement {
    Requirement::must(
        "filter.together",
        at("Communication 2.1.3", "4.1.6.1"),
        "Several filters give the statements that meet all of them.",
    )
    .case("agent, verb, activity and registration", |lrs| async move {
        let (who, verb, what, registration) = (agent(), iri("verbs"), activity(), uuid());
        let whole = json!({
            "id": uuid(), "actor": who, "verb": { "id": verb }, "object": what,
            "context": { "registration": registration }
        });
        store(&lrs, &whole).await?;
        for (pointer, value) in [
            ("/actor", agent()),
            ("/verb", json!({ "id": iri("verbs") })),
            ("/object", activity()),
            ("/context/registration", json!(uuid())),
        ] {
            store(
                &lrs,
                &set(set(whole.clone(), "/id", json!(uuid())), pointer, value),
            )
            .await?;
        }
        let parameters = [
            ("agent", who.to_string()),
            ("verb", verb),
            ("activity", what["id"].as_str().unwrap_or_default().to_owned()),
            ("registration", registration),
        ];
        finds(&lrs, &parameters, &[&whole]).await
    })
}
