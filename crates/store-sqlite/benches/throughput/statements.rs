//! cmi5-shaped statements of 1.2 to 1.3 KB: 1,000 actors, 50 activities, a registration for some twenty of them.

use serde_json::json;
use store::{NewStatement, Position, StatementLog, StatementQuery};
use uuid::Uuid;
use xapi::{Actor, Agent, Ifi, Iri, Limits, Version};

use crate::Outcome;

const ACTORS: usize = 1_000;
const ACTIVITIES: usize = 50;
const VERBS: [&str; 5] = ["launched", "initialized", "completed", "passed", "terminated"];

pub(crate) struct Generator {
    authority: Ifi,
    number: usize,
    registrations: Vec<Uuid>,
    random: u64,
}

impl Generator {
    pub(crate) fn new() -> Self {
        Self {
            authority: Ifi::Account {
                home_page: "https://lrs.example.com/keys".into(),
                name: "bench".into(),
            },
            number: 0,
            registrations: vec![Uuid::new_v4(); ACTORS],
            random: 0x9e37_79b9_7f4a_7c15,
        }
    }

    /// xorshift: the same statements, but for their ids, in every run.
    fn next(&mut self, below: usize) -> usize {
        self.random ^= self.random << 13;
        self.random ^= self.random >> 7;
        self.random ^= self.random << 17;
        (self.random % below as u64) as usize
    }

    pub(crate) fn take(&mut self, count: usize) -> Outcome<Vec<NewStatement>> {
        let mut statements = Vec::with_capacity(count);
        while statements.len() < count {
            let body = self.body(1_000.min(count - statements.len()));
            let actor = Actor::Agent(Agent {
                name: None,
                ifi: self.authority.clone(),
            });
            for received in xapi::parse_statements(&body, Version::V1_0, &Limits::default())?.statements {
                statements.push(NewStatement::new(
                    received.seal(Uuid::new_v4(), &actor),
                    &self.authority,
                    true,
                ));
            }
        }
        Ok(statements)
    }

    fn body(&mut self, count: usize) -> Vec<u8> {
        let statements: Vec<_> = (0..count)
            .map(|_| {
                let actor = self.next(ACTORS);
                let (activity, verb) = (self.next(ACTIVITIES), VERBS[self.number % VERBS.len()]);
                if self.next(20) == 0 {
                    self.registrations[actor] = Uuid::new_v4();
                }
                self.number += 1;
                json!({
                    "id": Uuid::new_v4(),
                    "timestamp": "2026-03-02T09:30:12.345Z",
                    "actor": {"objectType": "Agent", "name": format!("Learner Number {actor}"),
                        "account": {"homePage": "https://lms.example.com", "name": format!("{actor:06}")}},
                    "verb": {"id": format!("http://adlnet.gov/expapi/verbs/{verb}"), "display": {"en": verb}},
                    "object": {"objectType": "Activity", "id": iri(activity),
                        "definition": {"name": {"en": format!("Lesson {activity} of the course")},
                            "type": "http://adlnet.gov/expapi/activities/lesson"}},
                    "result": {"score": {"scaled": 0.85, "raw": 85, "min": 0, "max": 100}, "success": true,
                        "completion": true, "duration": "PT12M34.5S"},
                    "context": {
                        "registration": self.registrations[actor],
                        "contextActivities": {
                            "parent": [{"id": format!("https://courses.example.com/course/{}", activity % 10)}],
                            "grouping": [{"id": format!("https://courses.example.com/programme/{}", activity % 3)}],
                            "category": [{"id": "https://w3id.org/xapi/cmi5/context/categories/cmi5"},
                                {"id": "https://w3id.org/xapi/cmi5/context/categories/moveon"}]},
                        "extensions": {
                            "https://w3id.org/xapi/cmi5/context/extensions/sessionid": Uuid::new_v4(),
                            "https://w3id.org/xapi/cmi5/context/extensions/masteryscore": 0.8}},
                })
            })
            .collect();
        json!(statements).to_string().into_bytes()
    }

    /// The queries of the standard's filters, each kind with many values.
    pub(crate) async fn queries(
        &self,
        store: &dyn StatementLog,
    ) -> Outcome<Vec<(&'static str, Vec<StatementQuery>)>> {
        let all = StatementQuery::default();
        let agent = |number: usize| Ifi::Account {
            home_page: "https://lms.example.com".into(),
            name: format!("{number:06}"),
        };
        let by_agent = (0..ACTORS).map(|n| StatementQuery {
            agent: Some(agent(n)),
            ..all.clone()
        });
        let by_related = by_agent.clone().map(|query| StatementQuery {
            related_agents: true,
            ..query
        });
        let mut by_verb = Vec::new();
        for verb in VERBS {
            for activity in 0..ACTIVITIES {
                by_verb.push(StatementQuery {
                    verb: Some(Iri::parse(&format!("http://adlnet.gov/expapi/verbs/{verb}"))?),
                    activity: Some(Iri::parse(&iri(activity))?),
                    ..all.clone()
                });
            }
        }
        let by_registration = self.registrations.iter().map(|id| StatementQuery {
            registration: Some(*id),
            ..all.clone()
        });
        let head = store.head().await?;
        let recent = store
            .read_log(Position(head.0.saturating_sub(5_000)), 5_000)
            .await?;
        let since = recent.iter().step_by(50).map(|entry| StatementQuery {
            since: Some(entry.stored),
            ..all.clone()
        });
        Ok(vec![
            ("by agent", by_agent.collect()),
            ("by verb and activity", by_verb),
            ("by related agent", by_related.collect()),
            ("by registration", by_registration.collect()),
            ("since", since.collect()),
        ])
    }
}

fn iri(activity: usize) -> String {
    format!(
        "https://courses.example.com/course/{}/lesson/{activity}",
        activity % 10
    )
}
