use store::Checkpoint;

use super::{Agenda, Skipped, Sweep};

#[test]
fn nothing_kept_is_nothing_to_do() {
    assert_eq!(Agenda::parse("").unwrap(), Agenda::default());
    assert!(Agenda::parse("{").is_err());
}

#[test]
fn what_is_kept_comes_back() {
    let mut agenda = Agenda::default();
    agenda.in_force.insert("safety".to_owned(), 3);
    agenda.sweep_all();
    agenda.skipped.note("person", "7", "unreadable");
    assert_eq!(Agenda::parse(&agenda.to_state().unwrap()).unwrap(), agenda);
}

#[test]
fn a_sweep_goes_on_to_its_end() {
    let mut agenda = Agenda::default();
    agenda.sweep_all();
    agenda.swept(Some("b".to_owned()));
    assert_eq!(
        agenda.sweep,
        Some(Sweep {
            after: Some("b".to_owned()),
            again: false
        })
    );
    agenda.swept(None);
    assert_eq!(agenda.sweep, None);
}

#[test]
fn what_is_published_during_a_sweep_has_everybody_swept_again() {
    let mut agenda = Agenda::default();
    agenda.sweep_all();
    agenda.sweep_all();
    assert_eq!(
        agenda.sweep,
        Some(Sweep::default()),
        "one that has not begun is enough"
    );
    agenda.swept(Some("b".to_owned()));
    agenda.sweep_all();
    agenda.swept(Some("d".to_owned()));
    agenda.swept(None);
    assert_eq!(agenda.sweep, Some(Sweep::default()), "from the beginning, once");
    agenda.swept(None);
    assert_eq!(agenda.sweep, None);
}

#[test]
fn only_the_latest_skipped_records_are_named() {
    let mut skipped = Skipped::default();
    for index in 0..30 {
        skipped.note("statement", index.to_string(), "unreadable");
        skipped.note("statement", index.to_string(), "unreadable");
    }
    assert_eq!((skipped.count, skipped.latest.len()), (30, 20));
    assert_eq!(
        skipped.latest.front().map(|record| record.id.as_str()),
        Some("10")
    );
}

/// Of two shares of which one has put a revision in force and the other searches for its evidence still.
fn ahead_and_behind() -> [Agenda; 2] {
    let [mut ahead, mut behind] = [Agenda::default(), Agenda::default()];
    ahead.in_force.insert("safety".to_owned(), 2);
    ahead.in_force.insert("fire".to_owned(), 1);
    behind.in_force.insert("safety".to_owned(), 1);
    for agenda in [&mut ahead, &mut behind] {
        for index in 0..30 {
            agenda.skipped.note("statement", index.to_string(), "unreadable");
        }
    }
    ahead.sweep_all();
    [ahead, behind]
}

#[test]
fn what_holds_overall_holds_in_each_share() {
    let [ahead, behind] = ahead_and_behind();
    let checkpoints = [&ahead, &behind].map(|agenda| Checkpoint {
        state: agenda.to_state().unwrap(),
        ..Checkpoint::default()
    });
    let overall = Agenda::overall(&checkpoints).unwrap();
    assert_eq!(overall.in_force, behind.in_force);
    assert!(overall.sweep.is_some());
    assert_eq!(overall.skipped, ahead.skipped, "both read the same log");
}

#[test]
fn shares_are_put_together_once_the_same_is_in_force() {
    let [ahead, mut behind] = ahead_and_behind();
    assert_eq!(ahead.clone().joined(behind.clone()), None);
    behind.in_force.clone_from(&ahead.in_force);
    let joined = behind.joined(ahead.clone()).unwrap();
    assert_eq!(joined, ahead);
}
