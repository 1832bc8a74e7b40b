//! What is dated doubtfully.

use rules::{Outcome, Status, evaluate};

use super::standing;
use crate::support::{FORKLIFT, at, curriculum, pass, person};

#[test]
fn what_is_dated_doubtfully_waits_for_a_review() {
    let yaml = format!(
        "{FORKLIFT}review: {{ backdated: 30 days, trusted: [{{ mbox: 'mailto:import@example.com' }}] }}\n"
    );
    let curriculum = curriculum(&yaml);
    let mut late = pass(1, "basics", "0.9", "2026-03-02");
    late.stored = at("2026-05-02");
    let mut ahead = pass(2, "practice", "", "2031-01-01");
    ahead.stored = at("2026-05-03");
    let evidence = [late.clone(), ahead];
    let view = |acts: Vec<rules::Act>, when| {
        let view = rules::View {
            acts: &acts,
            ..rules::View::at(at(when))
        };
        rules::evaluate_as(&curriculum, &person("driver"), &evidence, &view)
    };
    let open = view(Vec::new(), "2026-06-01");
    assert_eq!((open.status, &open.entitlement), (Status::PendingReview, &None));
    assert_eq!(open.requirements[0].outcome, Outcome::PendingReview);
    assert_eq!(
        open.requirements[0].reason,
        "passed with 0.90 on 2026-03-02, if that is accepted: it has to be reviewed"
    );
    let said = |index: usize| open.requirements[index].considered[0].reason.clone();
    assert_eq!(said(0), "became known only on 2026-05-02: has to be reviewed");
    assert_eq!(
        said(1),
        "dated later than it became known, on 2026-05-03: has to be reviewed"
    );

    let decide = |accepted: &[bool]| -> Vec<rules::Act> {
        let decide = |(index, accepted): (usize, &bool)| {
            crate::support::review(evidence[index].statement, *accepted, at("2026-05-20"))
        };
        accepted.iter().enumerate().map(decide).collect()
    };
    let accepted = view(decide(&[true, true]), "2026-06-01");
    assert_eq!(accepted.status, Status::Certified);
    assert_eq!(accepted.entitlement.unwrap().earned_at, at("2026-05-03"));
    assert_eq!(
        view(decide(&[true, false]), "2026-06-01").status,
        Status::InProgress
    );
    assert_eq!(view(decide(&[true]), "2026-06-01").status, Status::PendingReview);
    assert_eq!(
        view(decide(&[false, false]), "2026-06-01").status,
        Status::NotStarted
    );

    // As late, or as far ahead, as may be.
    for (stored, outcome) in [
        ("2026-04-01T12:00:00Z", Outcome::Met),
        ("2026-04-01T12:00:01Z", Outcome::PendingReview),
        ("2026-03-02T11:00:00Z", Outcome::Met),
        ("2026-03-02T10:59:59Z", Outcome::PendingReview),
    ] {
        let mut row = late.clone();
        row.stored = at(stored);
        let standing = evaluate(&curriculum, &person("driver"), &[row], at("2026-06-01"));
        assert_eq!(standing.requirements[0].outcome, outcome, "{stored}");
    }

    // Without such a rule, and from a trusted authority, dates are believed.
    late.authority = Some(xapi::Ifi::mbox("mailto:import@example.com").unwrap());
    let trusted = evaluate(
        &curriculum,
        &person("driver"),
        std::slice::from_ref(&late),
        at("2026-06-01"),
    );
    assert_eq!(trusted.requirements[0].outcome, Outcome::Met);
    assert_eq!(
        standing(&evidence, "2026-06-01").requirements[0].outcome,
        Outcome::Met
    );
    assert!(curriculum.describe().ends_with(
        "Somebody has to review what is dated more than 1 hour after it became known, and what became known more than \
         30 days after it happened, unless it comes from mailto:import@example.com. Until then it does not count."
    ));
}
