mod lost_proof;
mod renewal;

use chrono_tz::Tz;
use proptest::prelude::*;
use rules::Decided;
use uuid::Uuid;
use xapi::Timestamp;

use super::{Case, Claim, Decision, Policy, decide};
use crate::certificate::{Certificate, Derivation, Kind, Status};

const DAY: i64 = 24 * 60 * 60 * 1_000_000;

fn day(day: i64) -> Timestamp {
    Timestamp::from_micros(day * DAY)
}

/// A claim earned on one day and ending on another, proved by the statement of that number.
fn claim(earned: i64, expires: Option<i64>, cycle: u32) -> Claim {
    Claim {
        earned_at: day(earned),
        expires_at: expires.map(day),
        cycle,
        statements: vec![Uuid::from_u128(u128::from(earned.unsigned_abs()))],
        acts: Vec::new(),
        awarded: None,
    }
}

fn decided(at: i64) -> Decided {
    Decided {
        act: Uuid::from_u128(7),
        at: day(at),
        by: "Eve Exam".to_owned(),
        reason: "as agreed".to_owned(),
    }
}

/// A person's certificates as decisions make them.
#[derive(Default)]
struct Story {
    certificates: Vec<Certificate>,
    entries: Vec<Uuid>,
    revoked: Option<Decided>,
    suspended: Option<&'static str>,
    unmet: Vec<String>,
    policy: Policy,
    zone: Option<Tz>,
}

impl Story {
    fn decide(&self, at: i64, claim: Option<&Claim>) -> Decision {
        self.decide_at(day(at), claim)
    }

    /// Decides with nothing to claim, though every statement is there; perhaps with an act undone.
    fn decide_lost(&self, at: i64, is_undone: bool) -> Decision {
        let undone = [Uuid::from_u128(7)];
        decide(&Case {
            lost: &[],
            undone: if is_undone { &undone } else { &[] },
            ..self.case(day(at), None, &[], &Derivation::of(&()).unwrap())
        })
    }

    fn decide_at(&self, at: Timestamp, claim: Option<&Claim>) -> Decision {
        let cited = self
            .certificates
            .last()
            .map(|newest| newest.details.proof.statements.clone());
        let lost = cited.filter(|_| claim.is_none()).unwrap_or_default();
        decide(&self.case(at, claim, &lost, &Derivation::of(&()).unwrap()))
    }

    fn case<'a>(
        &'a self,
        at: Timestamp,
        claim: Option<&'a Claim>,
        lost: &'a [Uuid],
        requirements: &'a Derivation,
    ) -> Case<'a> {
        Case {
            person: "ann",
            curriculum: "safety",
            title: "Safety",
            certification_title: "Safety certificate",
            revision: 1,
            since: None,
            hash: "h",
            certificates: &self.certificates,
            claim,
            requirements,
            lost,
            undone: &[],
            unmet: &self.unmet,
            at_once: false,
            revoked: self.revoked.as_ref(),
            suspended: self.suspended,
            policy: self.policy,
            zone: self.zone.unwrap_or(Tz::UTC),
            at,
        }
    }

    fn keep(&mut self, decision: &Decision) {
        for changed in &decision.certificates {
            match self.certificates.iter_mut().find(|kept| kept.id == changed.id) {
                Some(kept) => *kept = changed.clone(),
                None => self.certificates.push(changed.clone()),
            }
        }
        self.entries.extend(decision.entries.iter().map(|entry| entry.id));
    }

    /// Decides and keeps; answers what happened, in words: `issued!` is told, `issued` is not.
    fn on(&mut self, at: i64, claim: Option<&Claim>) -> String {
        let decision = self.decide(at, claim);
        self.keep(&decision);
        let words: Vec<_> = decision
            .entries
            .iter()
            .map(|entry| {
                format!(
                    "{}{}",
                    entry.kind.as_str(),
                    if entry.account.told { "!" } else { "" }
                )
            })
            .collect();
        words.join(" ")
    }

    fn newest(&self) -> &Certificate {
        self.certificates.last().unwrap()
    }
}

/// What was claimed on which day, and what followed.
type Scene = (i64, Option<Claim>, &'static str);

fn play(scenes: &[Scene]) -> Story {
    let mut story = Story::default();
    for (at, claim, expected) in scenes {
        assert_eq!(story.on(*at, claim.as_ref()), *expected, "on day {at}");
        assert_eq!(
            story.on(*at, claim.as_ref()),
            "",
            "the same case again on day {at}"
        );
    }
    story
}

#[test]
fn nothing_shown_is_nothing_issued() {
    let story = play(&[(1, None, "")]);
    assert!(story.certificates.is_empty());
}

#[test]
fn earned_then_expired() {
    let earned = claim(10, Some(40), 1);
    let story = play(&[
        (11, Some(earned.clone()), "issued!"),
        (39, Some(earned.clone()), ""),
        (40, Some(earned), "expired!"),
    ]);
    let certificate = story.newest();
    assert_eq!(
        (
            certificate.status,
            certificate.issued_at,
            certificate.details.decided_at
        ),
        (Status::Expired, day(10), day(11))
    );
}

#[test]
fn without_an_end_it_stays() {
    let story = play(&[
        (11, Some(claim(10, None, 1)), "issued!"),
        (9_000, Some(claim(10, None, 1)), ""),
    ]);
    assert_eq!(story.newest().status, Status::Active);
}

#[test]
fn reasons_say_what_happened_in_words() {
    let mut story = Story::default();
    let issued = story.decide(11, Some(&claim(10, Some(40), 1)));
    story.keep(&issued);
    let suspended = story.decide(20, None);
    let reason = |decision: &Decision| decision.entries.first().unwrap().account.reason.clone();
    assert_eq!(
        reason(&issued),
        "Everything that \"Safety\" requires was met on 1970-01-11, as 1 statement shows. It holds until 1970-02-10."
    );
    assert_eq!(
        reason(&suspended),
        "It rested on statement 00000000-0000-0000-0000-00000000000a, which counts no longer, and without that \
         \"Safety\" is not met. It is revoked on 1970-02-04 unless the requirements are met by then."
    );
    // A late attempt that failed takes nothing away that was cited: what is not met says why.
    story.unmet = vec!["\"Fire\" (failed with 3 points)".to_owned()];
    let by_now = |story: &Story| {
        let mut case = story.decide_lost(20, false);
        case.entries.remove(0).account.reason
    };
    assert_eq!(
        by_now(&story),
        "By what is known now, \"Safety\" is not met: \"Fire\" (failed with 3 points). It is revoked on 1970-02-04 \
         unless the requirements are met by then."
    );
    let mut undone = story.decide_lost(20, true);
    assert_eq!(
        undone.entries.remove(0).account.reason,
        "It rested on act 00000000-0000-0000-0000-000000000007, which was undone, and without that \"Safety\" is not \
         met: \"Fire\" (failed with 3 points). It is revoked on 1970-02-04 unless the requirements are met by then."
    );
}

#[test]
fn days_are_those_of_where_the_person_is() {
    // The claim is earned and ends at midnight in UTC: evening of the day before in New York, morning in Auckland.
    for (zone, earned, ends) in [
        ("America/New_York", "1970-01-10", "1970-02-09"),
        ("Pacific/Auckland", "1970-01-11", "1970-02-10"),
    ] {
        let story = Story {
            zone: Some(zone.parse().unwrap()),
            ..Story::default()
        };
        let issued = story.decide(11, Some(&claim(10, Some(40), 1)));
        let reason = &issued.entries.first().unwrap().account.reason;
        assert!(
            reason.contains(&format!("met on {earned}")) && reason.contains(&format!("until {ends}")),
            "{zone}: {reason}"
        );
    }
}

#[test]
fn revoked_by_hand_at_once_and_undone_it_is_the_same_certificate() {
    let mut story = play(&[(11, Some(claim(10, Some(90), 1)), "issued!")]);
    story.revoked = Some(decided(20));
    assert_eq!(story.on(21, None), "revoked!");
    assert_eq!(story.on(40, None), "");
    story.revoked = None;
    assert_eq!(story.on(41, Some(&claim(10, Some(90), 1))), "reinstated!");
    assert_eq!(story.certificates.len(), 1);
    assert_eq!(story.newest().status, Status::Active);

    // While it was suspended, too; and one that had ended before then has ended, not been revoked.
    let mut story = play(&[
        (11, Some(claim(10, Some(30), 1)), "issued!"),
        (20, None, "suspended!"),
    ]);
    story.revoked = Some(decided(25));
    assert_eq!(
        story.decide(26, None).entries[0].account.reason,
        "Revoked by Eve Exam on 1970-01-26: as agreed."
    );
    story.revoked = Some(decided(31));
    assert_eq!(story.on(32, None), "expired!");
}

#[test]
fn suspended_for_another_certificate_it_waits_without_end() {
    let mut story = play(&[(11, Some(claim(10, Some(90), 1)), "issued!")]);
    story.suspended = Some("the certificate 'Driver' is not in force");
    let suspended = story.decide(20, None);
    assert_eq!(
        suspended.entries[0].account.reason,
        "It does not hold for now: the certificate 'Driver' is not in force. It holds again when that one does."
    );
    assert_eq!(suspended.wake_at, None);
    story.keep(&suspended);
    assert_eq!(story.on(80, None), "");
    story.suspended = None;
    assert_eq!(story.on(81, Some(&claim(10, Some(90), 1))), "reinstated!");
}

#[test]
fn its_time_passing_while_it_waits_it_expires() {
    let mut story = play(&[(11, Some(claim(10, Some(90), 1)), "issued!")]);
    story.suspended = Some("the certificate 'Driver' is not in force");
    assert_eq!(story.on(20, None), "suspended!");
    story.suspended = None;
    assert_eq!(story.on(90, Some(&claim(10, Some(90), 1))), "expired!");
    let newest = story.newest();
    assert_eq!(
        (
            newest.status,
            newest.details.suspended_at,
            newest.details.suspended_by_need
        ),
        (Status::Expired, None, false)
    );
}

#[test]
fn what_is_lost_while_it_waits_may_come_back_in_fourteen_days_from_then() {
    let mut story = play(&[(11, Some(claim(10, None, 1)), "issued!")]);
    let waiting = Some("the certificate 'Driver' is not in force");
    story.suspended = waiting;
    assert_eq!(story.on(20, None), "suspended!");
    // Now a statement is voided as well.
    story.suspended = None;
    let lost = story.decide(60, None);
    assert_eq!(lost.wake_at, Some(day(74)));
    assert_eq!(story.on(60, None), "suspended!");
    assert_eq!(story.on(73, None), "");
    // It comes back, and what else it needs has not.
    story.suspended = waiting;
    let waits = story.decide(73, None);
    assert_eq!((waits.entries.len(), waits.wake_at), (1, None));
    assert_eq!(story.on(73, None), "suspended!");
    assert_eq!(story.on(90, None), "");
    story.suspended = None;
    assert_eq!(story.on(91, None), "suspended!");
    assert_eq!(story.on(105, None), "revoked!");
}

#[test]
fn an_award_says_who_awarded_it_and_why() {
    let awarded = Claim {
        statements: Vec::new(),
        acts: vec![Uuid::from_u128(7)],
        awarded: Some(decided(10)),
        ..claim(10, None, 1)
    };
    let issued = Story::default().decide(11, Some(&awarded));
    assert_eq!(
        issued.entries[0].account.reason,
        "Awarded by Eve Exam on 1970-01-11: as agreed. It does not expire."
    );
    assert_eq!(issued.certificates[0].details.proof.acts, [Uuid::from_u128(7)]);
}

#[test]
fn ids_follow_from_what_was_decided() {
    let first = Story::default().decide(11, Some(&claim(10, Some(40), 1)));
    let second = Story::default().decide(12, Some(&claim(10, Some(40), 1)));
    let ids = |decision: &Decision| {
        let entry = decision.entries.first().unwrap();
        (
            entry.id,
            entry.certificate,
            entry.statement_id(),
            entry.qualified_id(),
        )
    };
    assert_eq!(ids(&first), ids(&second));
    assert_ne!(Certificate::id_of("a", "bc", 1), Certificate::id_of("ab", "c", 1));
}

fn any_claim() -> impl Strategy<Value = Option<Claim>> {
    let some = (0i64..120, prop::option::of(1i64..80), 1u32..4)
        .prop_map(|(earned, lasts, cycle)| claim(earned, lasts.map(|lasts| earned + lasts), cycle));
    prop::option::weighted(0.8, some)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(ProptestConfig::default().cases.max(10_000)))]

    /// Whatever evidence says from day to day, the ledger stays in order.
    #[test]
    fn any_history_keeps_the_laws(history in prop::collection::vec((0i64..20, any_claim()), 1..20)) {
        let mut story = Story::default();
        let mut now = 0;
        for (later, claimed) in history {
            now += later;
            // Nobody earns something on a day that has not come.
            let claimed = claimed.filter(|claim| claim.earned_at <= day(now));
            let decision = story.decide(now, claimed.as_ref());
            story.keep(&decision);

            prop_assert!(story.decide(now, claimed.as_ref()).entries.is_empty(), "decided twice");
            let (newest, before) = match story.certificates.split_last() {
                Some(split) => split,
                None => { prop_assert!(claimed.is_none()); continue }
            };
            prop_assert!(before.iter().all(|kept| !kept.status.is_live()), "one live certificate at most, the newest");
            for (index, kept) in story.certificates.iter().enumerate() {
                prop_assert_eq!(kept.number, i64::try_from(index).unwrap() + 1);
                prop_assert!(kept.status != Status::Active || !kept.has_ended(day(now)));
            }
            if newest.status == Status::Active {
                let claim = claimed.as_ref();
                prop_assert_eq!(claim.map(|claim| claim.expires_at), Some(newest.expires_at));
                prop_assert_eq!(claim.map(|claim| &claim.statements), Some(&newest.details.proof.statements));
            }
            if let Some(claim) = &claimed
                && claim.expires_at.is_none_or(|end| end > day(now))
                && before.last().is_none_or(|last| last.status != Status::Expired || claim.expires_at.is_none_or(|end| last.expires_at.is_some_and(|last| last < end)))
            {
                prop_assert_eq!(newest.status, Status::Active, "what is earned is held");
            }
            for entry in &decision.entries {
                prop_assert!(entry.kind == Kind::Expired || entry.at <= day(now));
                prop_assert_eq!(entry.decided_at, day(now));
            }
            if let Some(wake) = decision.wake_at {
                prop_assert!(wake > day(now), "it wakes later, not at once");
                let just_before = Timestamp::from_micros(wake.as_micros() - 1);
                prop_assert!(story.decide_at(just_before, claimed.as_ref()).entries.is_empty(), "time is predictable");
                let spent_or_none = claimed.as_ref().is_none_or(|claim| Some(wake) == claim.expires_at);
                if spent_or_none {
                    prop_assert!(!story.decide_at(wake, claimed.as_ref()).entries.is_empty(), "the moment it named");
                }
            }
        }
        let mut ids = story.entries.clone();
        ids.sort_unstable();
        ids.dedup();
        prop_assert_eq!(ids.len(), story.entries.len(), "every entry has its own id");
    }
}
