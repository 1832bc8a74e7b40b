//! The cadence of certificates, by dated examples.

use rules::{Evidence, Outcome, Person, RequirementKind, Status, evaluate};

use crate::support::{at, curriculum, pass, person};

/// A curriculum of one course, and what it says of its certification.
fn yaml(certification: &str) -> String {
    format!(
        "
curriculum: yearly
title: Yearly
audience: {{ everyone: true }}
courses: [{{ id: c, title: Course, activity: https://courses.example.com/c }}]
certification: {{ {certification} }}
"
    )
}

const RENEWAL: &str =
    "renewal: { courses: [{ id: r, title: Refresher, activity: https://courses.example.com/r }] }";

/// What is expected at a moment: the status, the cycle, and the end of the certificate.
type Then = (&'static str, Status, u32, &'static str);

struct Story {
    name: &'static str,
    certification: &'static str,
    with_refresher: bool,
    zone: Option<&'static str>,
    /// Which course was passed when.
    passes: &'static [(&'static str, &'static str)],
    then: &'static [Then],
}

const STORY: Story = Story {
    name: "",
    certification: "",
    with_refresher: false,
    zone: None,
    passes: &[],
    then: &[],
};

const PRIOR: &str = "validity: 1 year, valid_from: prior_expiry, renewal_window: 3 months, grace: 30 days";
const COMPLETION: &str = "validity: 1 year, renewal_window: 3 months, grace: 30 days";

#[test]
fn by_dates() {
    use Status::{Certified, Expired, InGrace};
    let stories = [
        Story {
            name: "renewed in the window, from the prior expiry",
            certification: PRIOR,
            passes: &[("c", "2025-03-10"), ("c", "2026-01-10"), ("c", "2026-12-20")],
            then: &[
                ("2026-01-09", Certified, 1, "2026-03-10"),
                ("2026-01-11", Certified, 2, "2027-03-10"),
                ("2026-12-21", Certified, 3, "2028-03-10"),
            ],
            ..STORY
        },
        Story {
            name: "renewed in the window, from completion",
            certification: COMPLETION,
            passes: &[("c", "2025-03-10"), ("c", "2026-01-10")],
            then: &[("2026-01-11", Certified, 2, "2027-01-10")],
            ..STORY
        },
        Story {
            name: "refreshed in the moment in which the window opens",
            certification: COMPLETION,
            with_refresher: true,
            passes: &[("c", "2025-03-10"), ("r", "2025-12-10")],
            then: &[("2025-12-11", Certified, 2, "2026-12-10")],
            ..STORY
        },
        Story {
            name: "refreshed in the last moment of grace",
            certification: COMPLETION,
            with_refresher: true,
            passes: &[("c", "2025-03-10"), ("r", "2026-04-09")],
            then: &[("2026-04-10", Certified, 2, "2027-04-09")],
            ..STORY
        },
        Story {
            name: "refreshed after it",
            certification: COMPLETION,
            with_refresher: true,
            passes: &[("c", "2025-03-10"), ("r", "2026-04-09T12:00:01Z")],
            then: &[("2026-04-10", Expired, 1, "2026-03-10")],
            ..STORY
        },
        Story {
            name: "passed again before the window",
            certification: PRIOR,
            passes: &[("c", "2025-03-10"), ("c", "2025-11-01")],
            then: &[
                ("2025-11-02", Certified, 1, "2026-03-10"),
                ("2025-12-09", Certified, 1, "2026-03-10"),
                ("2025-12-10", Certified, 2, "2026-11-01"),
            ],
            ..STORY
        },
        Story {
            name: "in grace: no worse than somebody new",
            certification: PRIOR,
            passes: &[("c", "2025-03-10"), ("c", "2026-03-25")],
            then: &[
                ("2026-03-10", InGrace, 1, "2026-03-10"),
                ("2026-03-24", InGrace, 1, "2026-03-10"),
                ("2026-03-26", Certified, 2, "2027-03-25"),
            ],
            ..STORY
        },
        Story {
            name: "after grace, one cycle and not one for each year",
            certification: PRIOR,
            passes: &[("c", "2025-03-10"), ("c", "2029-05-01")],
            then: &[
                ("2026-04-08", InGrace, 1, "2026-03-10"),
                ("2026-04-09", Expired, 1, "2026-03-10"),
                ("2029-05-02", Certified, 2, "2030-05-01"),
            ],
            ..STORY
        },
        Story {
            name: "a refresher in the window",
            certification: PRIOR,
            with_refresher: true,
            passes: &[("c", "2025-03-10"), ("r", "2026-01-10"), ("r", "2027-01-10")],
            then: &[
                ("2026-01-11", Certified, 2, "2027-03-10"),
                ("2027-01-11", Certified, 3, "2028-03-10"),
            ],
            ..STORY
        },
        Story {
            name: "a refresher in the window, from completion",
            certification: COMPLETION,
            with_refresher: true,
            passes: &[("c", "2025-03-10"), ("r", "2026-01-10")],
            then: &[("2026-01-11", Certified, 2, "2027-01-10")],
            ..STORY
        },
        Story {
            name: "a refresher before the window does not count, one in grace does",
            certification: PRIOR,
            with_refresher: true,
            passes: &[("c", "2025-03-10"), ("r", "2025-11-01"), ("r", "2026-03-25")],
            then: &[
                ("2026-01-01", Certified, 1, "2026-03-10"),
                ("2026-03-24", InGrace, 1, "2026-03-10"),
                ("2026-03-26", Certified, 2, "2027-03-10"),
            ],
            ..STORY
        },
        Story {
            name: "a refresher after grace is too late; the course is not",
            certification: PRIOR,
            with_refresher: true,
            passes: &[("c", "2025-03-10"), ("r", "2026-05-01"), ("c", "2026-06-01")],
            then: &[
                ("2026-05-02", Expired, 1, "2026-03-10"),
                ("2026-06-02", Certified, 2, "2027-06-01"),
            ],
            ..STORY
        },
        Story {
            name: "a leap day",
            certification: "validity: 1 year, valid_from: prior_expiry",
            passes: &[("c", "2024-02-29"), ("c", "2025-02-10"), ("c", "2026-02-10")],
            then: &[
                ("2025-02-01", Certified, 1, "2025-02-28"),
                ("2025-02-11", Certified, 2, "2026-02-28"),
                ("2026-02-11", Certified, 3, "2027-02-28"),
            ],
            ..STORY
        },
        Story {
            name: "to a fixed day, renewed from one to the next",
            certification: "expires_on: 31 December, renewal_window: 2 months",
            passes: &[("c", "2026-03-02"), ("c", "2026-11-20")],
            then: &[
                ("2026-03-03", Certified, 1, "2027-01-01T00:00:00Z"),
                ("2026-11-21", Certified, 2, "2028-01-01T00:00:00Z"),
            ],
            ..STORY
        },
        Story {
            name: "to a fixed day at least three months away",
            certification: "expires_on: 31 December, active_at_least: 3 months, validity: 2 years",
            zone: Some("America/New_York"),
            passes: &[("c", "2026-11-20")],
            then: &[("2026-11-21", Certified, 1, "2028-01-01T05:00:00Z")],
            ..STORY
        },
        Story {
            name: "to a fixed day on which clocks change, and to a leap day",
            certification: "expires_on: 29 March",
            zone: Some("Europe/Berlin"),
            passes: &[("c", "2026-03-29T21:59:59Z")],
            then: &[("2026-03-29T21:59:59Z", Certified, 1, "2026-03-29T22:00:00Z")],
            ..STORY
        },
        Story {
            name: "to 29 February",
            certification: "expires_on: 29 February",
            passes: &[("c", "2026-05-01"), ("c", "2027-02-20")],
            then: &[
                ("2026-05-02", Certified, 1, "2027-03-01T00:00:00Z"),
                ("2027-02-21", Certified, 2, "2028-03-01T00:00:00Z"),
            ],
            ..STORY
        },
    ];
    for story in stories {
        let mut certification = story.certification.to_owned();
        if story.with_refresher {
            certification = format!("{certification}, {RENEWAL}");
        }
        let curriculum = curriculum(&yaml(&certification));
        let person = Person {
            time_zone: story.zone.map(str::to_owned),
            ..person("any")
        };
        let evidence: Vec<Evidence> = (1..)
            .zip(story.passes)
            .map(|(id, (course, when))| pass(id, course, "", when))
            .collect();
        for (when, status, cycle, expires) in story.then {
            let standing = evaluate(&curriculum, &person, &evidence, at(when));
            let shown = standing.entitlement.or(standing.lapsed).unwrap();
            assert_eq!(
                (standing.status, shown.cycle, shown.expires_at),
                (*status, *cycle, Some(at(expires))),
                "{} on {when}",
                story.name
            );
        }
    }
}

#[test]
fn what_renews_is_shown_while_there_is_something_to_renew() {
    let curriculum = curriculum(&yaml(&format!("{PRIOR}, {RENEWAL}")));
    let evidence = [pass(1, "c", "", "2025-03-10"), pass(2, "r", "", "2025-11-01")];
    let on = |evidence: &[Evidence], when: &str| evaluate(&curriculum, &person("any"), evidence, at(when));
    assert_eq!(on(&[], "2025-03-01").requirements.len(), 1);
    for (when, overdue) in [("2025-12-01", false), ("2026-03-15", true)] {
        let standing = on(&evidence, when);
        assert_eq!(standing.requirements[0].outcome, Outcome::Met, "{when}");
        let refresher = &standing.requirements[1];
        assert_eq!(
            (refresher.kind, refresher.outcome),
            (RequirementKind::Renewal, Outcome::Unmet)
        );
        assert_eq!(
            refresher.reason,
            "passed on 2025-11-01 before the renewal window opens on 2025-12-10: does not count, take it again then"
        );
        assert_eq!(
            refresher.missing.as_deref(),
            Some("pass 'Refresher', from 2025-12-10 to 2026-04-09")
        );
        assert_eq!(
            (refresher.due_at, refresher.overdue),
            (Some(at("2026-03-10")), overdue)
        );
        assert_eq!(
            (standing.due_at, standing.overdue),
            (Some(at("2026-03-10")), overdue)
        );
    }
    // After that, everything anew.
    let over = on(&evidence, "2026-05-01");
    assert_eq!((over.status, over.requirements.len()), (Status::Expired, 1));
    assert_eq!(over.requirements[0].outcome, Outcome::Unmet);
}

#[test]
fn the_cadence_in_words() {
    let words = curriculum(&yaml(&format!("{PRIOR}, recovery: 30 days, {RENEWAL}"))).describe();
    let said = "Who has shown that is certified as \"Yearly\" for 1 year from the moment the last of it was shown.
A pass counts for a certificate that is earned less than 1 year after it.
Renewed by:
  - Refresher: pass.
That counts from 3 months before it expires on. Who has shown that again is certified anew, whenever that is.
A certificate that is renewed in that time lasts on from when it would have expired: nobody loses by renewing early.
It can still be renewed in the 30 days after it expired.
If its proof is lost it is suspended, and revoked unless there is proof again within 30 days.";
    assert!(words.contains(said), "{words}");
    let words = curriculum(&yaml("expires_on: 31 December, active_at_least: 3 months")).describe();
    let said = "Who has shown that is certified as \"Yearly\" until the end of the next 31 December, or of one a year later, so that it lasts at least 3 months, where they are.\n";
    assert!(words.contains(said), "{words}");
}

#[test]
fn each_course_of_the_renewal_is_met_by_itself() {
    let drills = "renewal: { courses: [{ id: r, activity: https://courses.example.com/r }, \
                  { id: drill, activity: https://courses.example.com/drill }] }";
    let curriculum = curriculum(&yaml(&format!("{PRIOR}, {drills}")));
    let evidence = [pass(1, "c", "", "2025-03-10"), pass(2, "r", "", "2025-12-20")];
    let outcomes = |when: &str| -> Vec<Outcome> {
        let standing = evaluate(&curriculum, &person("any"), &evidence, at(when));
        standing.requirements.iter().map(|own| own.outcome).collect()
    };
    assert_eq!(
        outcomes("2026-01-10"),
        [Outcome::Met, Outcome::Met, Outcome::Unmet]
    );
}

#[test]
fn with_a_fixed_end_no_age_is_named() {
    let two = "courses: [{ id: c, activity: https://courses.example.com/c }, { id: d, activity: https://courses.example.com/d }]";
    let curriculum = curriculum(&format!(
        "curriculum: c\ntitle: C\naudience: {{ everyone: true }}\n{two}\ncertification: {{ expires_on: 31 December }}\n"
    ));
    let evidence = [pass(1, "c", "", "2024-03-10")];
    let standing = evaluate(&curriculum, &person("any"), &evidence, at("2026-03-10"));
    assert_eq!(
        standing.requirements[0].reason,
        "passed on 2024-03-10: does not count any more, take it again"
    );
}
