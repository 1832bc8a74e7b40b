use std::sync::Arc;

use chrono::{DateTime, Utc};
use serde_json::{Value, json};
use uuid::Uuid;

use super::catalogue::Course;
use super::people::Learner;

/// What a statement of a session says (cmi5, section 9.3), or that another one no longer holds.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Said {
    Launched,
    Initialized,
    Completed,
    Passed(f64),
    Failed(f64),
    Terminated,
    Satisfied,
    Voids(Uuid),
}

/// When a statement is delivered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Delivery {
    /// In its place in the stream: after `at` by a network, or by days without one.
    At(DateTime<Utc>),
    /// When the server has come to terms with the stream.
    Afterwards,
    /// When everything else is done, while somebody watches.
    Last,
}

/// The mark at which the packages say "passed"; curricula may ask for more.
const MASTERY_SCORE: f64 = 0.6;

/// One statement of the stream: what is said, when it happened and when it gets here.
#[derive(Debug, Clone)]
pub(crate) struct Event {
    pub(crate) id: Uuid,
    pub(crate) person: usize,
    pub(crate) course: Arc<Course>,
    pub(crate) registration: Uuid,
    pub(crate) session: Uuid,
    pub(crate) said: Said,
    /// When it happened.
    pub(crate) at: DateTime<Utc>,
    /// When it is delivered.
    pub(crate) delivery: Delivery,
    /// How often it is delivered; packages send again what they got no answer for.
    pub(crate) times: u32,
}

const CATEGORY_CMI5: &str = "https://w3id.org/xapi/cmi5/context/categories/cmi5";
const CATEGORY_MOVE_ON: &str = "https://w3id.org/xapi/cmi5/context/categories/moveon";
const EXTENSIONS: &str = "https://w3id.org/xapi/cmi5/context/extensions";

impl Event {
    /// The statement, as a cmi5 package or its platform writes it.
    pub(crate) fn statement(&self, learner: &Learner) -> Value {
        if let Said::Voids(target) = self.said {
            return self.voiding(target);
        }
        let (verb, display) = self.verb();
        let mut statement = json!({
            "id": self.id,
            "timestamp": time(self.at),
            "actor": {
                "objectType": "Agent",
                "name": learner.name,
                "account": { "homePage": Learner::HOME_PAGE, "name": learner.account },
            },
            "verb": { "id": verb, "display": { "en": display } },
            "object": self.object(),
            "context": self.context(),
        });
        if let (Some(result), Value::Object(members)) = (self.result(), &mut statement) {
            members.insert("result".to_owned(), result);
        }
        statement
    }

    /// Whether it was days on its way.
    pub(crate) fn is_late(&self) -> bool {
        matches!(self.delivery, Delivery::At(arrival) if arrival - self.at > chrono::Duration::days(1))
    }

    fn voiding(&self, target: Uuid) -> Value {
        json!({
            "id": self.id,
            "timestamp": time(self.at),
            "actor": { "objectType": "Agent", "name": "Examination office", "mbox": "mailto:exams@example.com" },
            "verb": { "id": "http://adlnet.gov/expapi/verbs/voided", "display": { "en": "voided" } },
            "object": { "objectType": "StatementRef", "id": target },
        })
    }

    const fn verb(&self) -> (&'static str, &'static str) {
        match self.said {
            Said::Launched => ("http://adlnet.gov/expapi/verbs/launched", "launched"),
            Said::Initialized => ("http://adlnet.gov/expapi/verbs/initialized", "initialized"),
            Said::Completed => ("http://adlnet.gov/expapi/verbs/completed", "completed"),
            Said::Passed(_) => ("http://adlnet.gov/expapi/verbs/passed", "passed"),
            Said::Failed(_) => ("http://adlnet.gov/expapi/verbs/failed", "failed"),
            Said::Terminated => ("http://adlnet.gov/expapi/verbs/terminated", "terminated"),
            Said::Satisfied => ("https://w3id.org/xapi/adl/verbs/satisfied", "satisfied"),
            Said::Voids(_) => ("http://adlnet.gov/expapi/verbs/voided", "voided"),
        }
    }

    /// The unit as the portal calls it, or for `satisfied` the course it is in (cmi5, sections 8.1.4 and 9.4).
    /// What the publisher calls it, and the curriculum with him, stands in the grouping.
    fn object(&self) -> Value {
        let unit = Uuid::new_v5(&Uuid::NAMESPACE_URL, self.course.activity.as_bytes());
        let (kind, whole) = match self.said {
            Said::Satisfied => ("https://w3id.org/xapi/cmi5/activitytype/course", "courses"),
            _ => ("http://adlnet.gov/expapi/activities/lesson", "units"),
        };
        json!({
            "objectType": "Activity",
            "id": format!("https://portal.example.com/{whole}/{unit}"),
            "definition": { "type": kind, "name": { "en": self.course.title } },
        })
    }

    fn context(&self) -> Value {
        let moves_on = matches!(self.said, Said::Completed | Said::Passed(_) | Said::Failed(_));
        let mut category = vec![json!({ "id": CATEGORY_CMI5 })];
        if moves_on {
            category.push(json!({ "id": CATEGORY_MOVE_ON }));
        }
        let mut extensions = serde_json::Map::new();
        extensions.insert(format!("{EXTENSIONS}/sessionid"), json!(self.session));
        if self.course.assessed {
            extensions.insert(format!("{EXTENSIONS}/masteryscore"), json!(MASTERY_SCORE));
        }
        if self.said == Said::Launched {
            extensions.insert(format!("{EXTENSIONS}/launchmode"), json!("Normal"));
            extensions.insert(format!("{EXTENSIONS}/moveon"), json!(self.move_on()));
            extensions.insert(
                format!("{EXTENSIONS}/launchurl"),
                json!(format!("{}/index.html", self.course.activity)),
            );
        }
        json!({
            "registration": self.registration,
            "platform": "Learning portal",
            "contextActivities": { "category": category, "grouping": [{ "id": self.course.activity }] },
            "extensions": extensions,
        })
    }

    fn move_on(&self) -> &'static str {
        if self.course.assessed {
            "CompletedAndPassed"
        } else {
            "Completed"
        }
    }

    fn result(&self) -> Option<Value> {
        let duration = format!("PT{}M{}S", self.course.minutes, self.id.as_u128() % 60);
        let score =
            |scaled: f64| json!({ "scaled": scaled, "raw": (scaled * 100.0).round(), "min": 0, "max": 100 });
        match self.said {
            Said::Completed => Some(json!({ "completion": true, "duration": duration })),
            Said::Passed(scaled) => {
                Some(json!({ "success": true, "score": score(scaled), "duration": duration }))
            }
            Said::Failed(scaled) => {
                Some(json!({ "success": false, "score": score(scaled), "duration": duration }))
            }
            Said::Terminated => Some(json!({ "duration": duration })),
            Said::Launched | Said::Initialized | Said::Satisfied | Said::Voids(_) => None,
        }
    }
}

fn time(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(chrono::SecondsFormat::Millis, true)
}
