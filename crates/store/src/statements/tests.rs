use super::*;

fn agent() -> Ifi {
    Ifi::mbox("mailto:ann@example.com").unwrap()
}

fn iri(name: &str) -> Iri {
    Iri::parse(&format!("https://example.com/{name}")).unwrap()
}

#[test]
fn each_filter_is_a_set_of_keys() {
    let none = StatementQuery::default();
    let (agent, this, did) = (agent(), iri("this"), iri("did"));
    let cases = [
        (none.clone(), vec![]),
        // What widens a filter is no filter by itself, and times are none.
        (
            StatementQuery {
                related_agents: true,
                related_activities: true,
                ..none.clone()
            },
            vec![],
        ),
        (
            StatementQuery {
                since: Some(Timestamp::from_micros(1)),
                ascending: true,
                ..none.clone()
            },
            vec![],
        ),
        (
            StatementQuery {
                agent: Some(agent.clone()),
                ..none.clone()
            },
            vec![vec![IndexKey::agent(&agent)]],
        ),
        (
            StatementQuery {
                agent: Some(agent.clone()),
                related_agents: true,
                ..none.clone()
            },
            vec![vec![
                IndexKey::agent(&agent),
                IndexKey::related_agent(&agent),
                IndexKey::authority(&agent),
            ]],
        ),
        (
            StatementQuery {
                activity: Some(this.clone()),
                ..none.clone()
            },
            vec![vec![IndexKey::activity(&this)]],
        ),
        (
            StatementQuery {
                activity: Some(this.clone()),
                related_activities: true,
                ..none.clone()
            },
            vec![vec![IndexKey::activity(&this), IndexKey::related_activity(&this)]],
        ),
        (
            StatementQuery {
                verb: Some(did.clone()),
                registration: Some(Uuid::nil()),
                authority: Some(agent.clone()),
                ..none
            },
            vec![
                vec![IndexKey::verb(&did)],
                vec![IndexKey::registration(&Uuid::nil())],
                vec![IndexKey::authority(&agent)],
            ],
        ),
    ];
    for (query, sets) in cases {
        assert_eq!(query.key_sets(), sets, "{query:?}");
    }
}
