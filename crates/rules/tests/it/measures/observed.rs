//! What somebody else must have seen.

use rules::{Evidence, verbs};
use serde_json::json;
use xapi::{Ifi, Iri};

use super::{number, one, with};
use crate::support::{pass, row};

fn seen(id: u128, item: &str, when: &str) -> Evidence {
    Evidence {
        instructor: Some(Ifi::mbox("mailto:boss@example.com").unwrap()),
        ..row(id, item, verbs::COMPLETED, when)
    }
}

#[test]
fn somebody_else_must_have_seen_it() {
    let curriculum = with("[{ id: m, observed: https://courses.example.com/belt }]");
    let observer = |agent: serde_json::Value| {
        let iri = Iri::parse("http://id.tincanapi.com/extension/observer").unwrap();
        Evidence {
            instructor: None,
            context_extensions: [(iri, agent)].into(),
            ..seen(1, "belt", "2026-03-01")
        }
    };
    let own = Some(Ifi::mbox("mailto:p1@example.com").unwrap());
    let cases = [
        ("an instructor", seen(1, "belt", "2026-03-01"), Some("1")),
        (
            "nobody",
            Evidence {
                instructor: None,
                ..seen(1, "belt", "2026-03-01")
            },
            None,
        ),
        (
            "the learner as instructor",
            Evidence {
                instructor: own,
                ..seen(1, "belt", "2026-03-01")
            },
            None,
        ),
        (
            "an observer",
            observer(json!({"objectType": "Agent", "mbox": "mailto:boss@example.com"})),
            Some("1"),
        ),
        (
            "the learner as observer",
            observer(json!({"mbox": "mailto:p1@example.com"})),
            None,
        ),
        ("no agent as observer", observer(json!("the boss")), None),
        (
            "not done",
            Evidence {
                success: Some(false),
                ..seen(1, "belt", "2026-03-01")
            },
            Some("0"),
        ),
    ];
    for (what, evidence, value) in cases {
        let own = one(&curriculum, &[evidence], "2026-06-01");
        assert_eq!(own.value, value.and_then(number), "{what}");
        assert_eq!(own.level.number(), 3);
    }

    let by = with(
        "[{ id: m, observed: https://courses.example.com/belt, by: [{ mbox: 'mailto:app@example.com' }] }]",
    );
    let mut evidence = seen(1, "belt", "2026-03-01");
    assert_eq!(
        one(&by, std::slice::from_ref(&evidence), "2026-06-01").value,
        None
    );
    evidence.authority = Some(Ifi::mbox("mailto:app@example.com").unwrap());
    assert_eq!(
        one(&by, std::slice::from_ref(&evidence), "2026-06-01").value,
        number("1")
    );
    evidence.authority = Some(Ifi::mbox("mailto:p1@example.com").unwrap());
    assert_eq!(one(&by, &[evidence], "2026-06-01").value, None);
    let oneself = with(
        "[{ id: m, observed: https://courses.example.com/belt, by: [{ mbox: 'mailto:p1@example.com' }] }]",
    );
    let mut evidence = seen(1, "belt", "2026-03-01");
    evidence.authority = Some(Ifi::mbox("mailto:p1@example.com").unwrap());
    assert_eq!(one(&oneself, &[evidence], "2026-06-01").value, None);
}

#[test]
fn a_checklist_so_long_after_the_course() {
    let curriculum = with(
        "[{ id: m, observed: [https://courses.example.com/belt, https://courses.example.com/horn, https://courses.example.com/forks], \
         course: basics, not_before: 60 days, target: 60 % }]",
    );
    let early = seen(2, "belt", "2026-04-29");
    let mut evidence = vec![pass(1, "basics", "0.9", "2026-03-01"), early.clone()];
    assert_eq!(one(&curriculum, &evidence, "2026-12-01").value, None, "59 days");
    assert_eq!(
        one(&curriculum, &[early], "2026-12-01").value,
        None,
        "never passed"
    );
    evidence.push(seen(3, "belt", "2026-04-30"));
    let own = one(&curriculum, &evidence, "2026-12-01");
    assert_eq!((own.value, own.met), (number("0.333333333"), Some(false)));
    evidence.push(seen(4, "horn", "2026-05-01"));
    let own = one(&curriculum, &evidence, "2026-12-01");
    assert_eq!((own.value, own.met), (number("0.666666666"), Some(true)));
    evidence.push(Evidence {
        success: Some(false),
        ..seen(5, "horn", "2026-05-02")
    });
    assert_eq!(
        one(&curriculum, &evidence, "2026-12-01").value,
        number("0.333333333"),
        "the last time not"
    );
}
