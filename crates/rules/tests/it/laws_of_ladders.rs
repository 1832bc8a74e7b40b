//! What must always hold of ladders, whatever happens to what is owed.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use proptest::prelude::*;
use rules::Curriculum;
use rules::ladder::{Ladder, Obligation, StepState, Told, to_withdraw};
use xapi::Timestamp;

use crate::ladder::{LADDER, owed};
use crate::support::{at, curriculum};

const DAY: i64 = 86_400_000_000;

fn day(day: i64) -> Timestamp {
    Timestamp::from_micros(at("2026-01-01").as_micros() + day * DAY)
}

/// Ladders with every choice of some steps.
static LADDERS: LazyLock<Vec<Curriculum>> = LazyLock::new(|| {
    let steps = [
        "30 days before due",
        "1 week before due",
        "due",
        "1 day after due",
        "30 days after due",
        "1 month after due",
    ];
    (1..64_u32)
        .map(|chosen| {
            let mut text = LADDER.split("escalation:").next().unwrap().to_owned();
            text.push_str("escalation:\n");
            for (_, when) in (0..).zip(steps).filter(|(place, _)| chosen & (1 << place) != 0) {
                text.push_str(&format!("  - {{ when: {when}, tell: learner }}\n"));
            }
            curriculum(&text)
        })
        .collect()
});

/// What happens to an obligation.
#[derive(Debug, Clone, Copy)]
enum Happens {
    /// The next moment named is waited for.
    Next,
    /// So many days pass without anybody looking.
    Days(i64),
    /// It becomes known that it was met that many days after the due date, or before.
    Met(i64),
    /// It becomes known that it was not met after all.
    Unmet,
    /// The due date moves by so many days.
    Moved(i64),
    /// Something has to be reviewed, or was.
    Review(bool),
}

fn happens() -> impl Strategy<Value = Happens> {
    prop_oneof![
        4 => Just(Happens::Next),
        2 => (0i64..40).prop_map(Happens::Days),
        1 => (-40i64..40).prop_map(Happens::Met),
        1 => Just(Happens::Unmet),
        1 => (-20i64..40).prop_map(Happens::Moved),
        1 => any::<bool>().prop_map(Happens::Review),
    ]
}

proptest! {
    #![proptest_config(crate::support::thorough())]

    /// Tells as an engine does, and holds every law on the way.
    #[test]
    fn the_laws_of_the_ladder(
        which in 0usize..63, due in 0i64..100, since in -20i64..120, story in prop::collection::vec(happens(), 1..14),
        part in 0.0f64..1.0,
    ) {
        let curriculum = &LADDERS[which];
        let order: BTreeMap<String, usize> = {
            let all = Ladder::of(curriculum, &owed("first", "2026-01-01"), day(0), &[], day(0));
            all.steps.iter().enumerate().map(|(place, step)| (step.when.clone(), place)).collect()
        };
        let (mut now, since) = (day(since), day(since));
        let mut obligation = Obligation { due_at: day(due), ..owed("first", "2026-01-01") };
        let mut told: Vec<Told> = Vec::new();
        let mut ladder = Ladder::of(curriculum, &obligation, since, &told, now);
        for event in [Happens::Days(0)].into_iter().chain(story) {
            match event {
                Happens::Next => now = ladder.next_at.unwrap_or(now).max(now),
                Happens::Days(days) => now = Timestamp::from_micros(now.as_micros() + days * DAY),
                // Only what has happened is known.
                Happens::Met(days) => obligation.met_at = Some(Timestamp::from_micros(
                    (obligation.due_at.as_micros() + days * DAY).min(now.as_micros()),
                )),
                Happens::Unmet => obligation.met_at = None,
                Happens::Moved(days) => {
                    obligation.due_at = Timestamp::from_micros(obligation.due_at.as_micros() + days * DAY);
                }
                Happens::Review(open) => obligation.in_review = open,
            }
            let before = told.clone();
            ladder = Ladder::of(curriculum, &obligation, since, &told, now);
            let steps: Vec<_> = ladder.to_tell(&told).cloned().collect();
            for step in steps {
                let place = order[&step.when];
                prop_assert!(told.iter().all(|told| order[&told.when] < place), "each once and in order");
                prop_assert!(step.at <= now);
                prop_assert!(obligation.met_at.is_none() && !obligation.in_review, "never once it is met");
                told.push(Told { when: step.when, at: step.at, withdrawn: false });
            }
            for step in ladder.steps.iter().filter(|step| step.state == StepState::Withdrawn) {
                let told = told.iter_mut().find(|told| told.when == step.when).unwrap();
                prop_assert!(told.withdrawn || obligation.met_at.is_some_and(|met| met <= told.at));
                told.withdrawn = true;
            }
            if let Some(met) = obligation.met_at {
                prop_assert!(told.iter().all(|told| told.withdrawn || told.at < met), "none stands after it was met");
                prop_assert_eq!(to_withdraw(&told, met).count(), 0);
            }
            for (was, is) in before.iter().zip(&told) {
                prop_assert_eq!((&was.when, was.at), (&is.when, is.at), "nothing is rewritten");
                prop_assert!(!was.withdrawn || is.withdrawn);
            }
            // Until the next moment nothing changes.
            let settled = Ladder::of(curriculum, &obligation, since, &told, now);
            prop_assert_eq!(settled.to_tell(&told).count(), 0);
            prop_assert_eq!(settled.next_at, ladder.next_at);
            let next = settled.next_at.map_or(now.as_micros() + 400 * DAY, Timestamp::as_micros);
            prop_assert!(next > now.as_micros());
            let span = next - now.as_micros() - 1;
            for offset in [span, (span as f64 * part) as i64] {
                let later = Timestamp::from_micros(now.as_micros() + offset);
                prop_assert_eq!(&Ladder::of(curriculum, &obligation, since, &told, later), &settled);
            }
        }
    }

    /// Whoever is looked at at every moment named is told everything at its moment, and nothing is left out.
    #[test]
    fn who_is_watched_is_told_in_time(which in 0usize..63, due in 0i64..100, since in -40i64..120) {
        let (curriculum, since) = (&LADDERS[which], day(since));
        let obligation = Obligation { due_at: day(due), ..owed("first", "2026-01-01") };
        let (mut now, mut told) = (since, Vec::<Told>::new());
        let ladder = loop {
            let ladder = Ladder::of(curriculum, &obligation, since, &told, now);
            let new: Vec<Told> = ladder
                .to_tell(&told)
                .map(|step| Told { when: step.when.clone(), at: step.at, withdrawn: false })
                .collect();
            prop_assert!(new.iter().all(|told| told.at == now || now == since));
            told.extend(new);
            match ladder.next_at {
                Some(next) => now = next,
                None => break ladder,
            }
        };
        let late = ladder.steps.iter().filter(|step| step.at < since).count();
        let taken = told.iter().filter(|told| told.at < since).count();
        prop_assert!(taken <= 1, "of what was past already, the last at most");
        prop_assert_eq!(told.len() - taken, ladder.steps.len() - late);
    }
}
