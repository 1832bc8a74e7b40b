//! A curriculum of two courses, people, and statements about them of which one in four earns something.

use serde_json::{Value, json};
use uuid::Uuid;

use crate::support::Api;
use crate::support::world::{failed, passed};

/// How many people are in the registry, and can be certified.
pub(crate) const PEOPLE: usize = 1_500;

const COURSES: [&str; 2] = [
    "https://courses.example.com/safety",
    "https://courses.example.com/practice",
];

/// The statement number `n`: of every four, one is a pass that counts, one a failure that is looked at and does
/// not, and two are of no concern to the curriculum.
pub(crate) fn statement(n: usize) -> Value {
    let person = |n: usize| format!("p{}", n % PEOPLE);
    // No two at the same moment: of such, the one that came first counts first.
    let at = |day: usize| {
        let (month, day) = (3 + day / 28 % 6, 1 + day % 28);
        let (hour, minute, second) = (n / 3_600 % 24, n / 60 % 60, n % 60);
        format!("2026-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.000Z")
    };
    match n % 4 {
        0 if n / 8 < PEOPLE => passed(&person(n / 8), COURSES[n / 4 % 2], &at(n / 8), Some(0.9)),
        1 => failed(&person(n * 7), COURSES[n / 4 % 2], &at(n), Some(0.4)),
        _ => json!({
            "id": Uuid::new_v4(),
            "timestamp": at(n),
            "actor": { "account": { "homePage": "https://directory.example.com", "name": person(n) } },
            "verb": { "id": "http://adlnet.gov/expapi/verbs/experienced" },
            "object": { "id": format!("https://courses.example.com/page/{}", n % 97) },
            "context": { "extensions": { "https://courses.example.com/padding": "x".repeat(300) } },
        }),
    }
}

/// Publishes the curriculum and registers the people.
pub(crate) async fn set_up(api: &Api) {
    api.publish(&format!(
        "curriculum: safety\n\
         title: Safety\n\
         audience: {{ everyone: true }}\n\
         courses:\n  \
         - {{ id: safety, activity: {}, passing_score: 0.8 }}\n  \
         - {{ id: practice, activity: {}, passing_score: 0.8 }}\n",
        COURSES[0], COURSES[1]
    ))
    .await;
    let people: String = (0..PEOPLE)
        .map(|n| format!("p{n},https://directory.example.com,p{n}\n"))
        .collect();
    api.import_csv(&format!("id,account_home_page,account_name\n{people}"))
        .await;
    api.settled().await;
}
