use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use super::*;

/// A clock to set, and two handles that tell the time by it.
struct Setting {
    time: Arc<AtomicI64>,
    one: StoredClock,
    other: StoredClock,
    _folder: tempfile::TempDir,
}

fn setting() -> Setting {
    let folder = tempfile::tempdir().unwrap();
    let time = Arc::new(AtomicI64::new(1_000));
    let clock = || {
        let time = Arc::clone(&time);
        Clock::new(move || Timestamp::from_micros(time.load(Ordering::SeqCst)))
    };
    let one = StoredClock::open(folder.path(), clock()).unwrap();
    let other = StoredClock::open(folder.path(), clock()).unwrap();
    Setting {
        time,
        one,
        other,
        _folder: folder,
    }
}

fn moment(through: Through) -> i64 {
    match through {
        Through::Moment(moment) => moment.as_micros(),
        Through::OtherWriter(promised) => panic!("another writer; promised {promised}"),
    }
}

#[test]
fn it_follows_the_clock_and_stays_before_what_is_in_flight() {
    let Setting { time, one, .. } = setting();
    assert_eq!(moment(one.through().unwrap()), 1_000);
    time.store(2_000, Ordering::SeqCst);
    let group = one.begin(0).unwrap();
    assert_eq!(group.stored.as_micros(), 2_000);
    time.store(3_000, Ordering::SeqCst);
    assert_eq!(moment(one.through().unwrap()), 1_999);
    group.committed();
    assert_eq!(moment(one.through().unwrap()), 3_000);
}

#[test]
fn nothing_is_stored_at_a_moment_that_was_called_consistent() {
    let Setting { one, .. } = setting();
    assert_eq!(moment(one.through().unwrap()), 1_000);
    assert_eq!(one.begin(0).unwrap().stored.as_micros(), 1_001);
}

#[test]
fn a_clock_that_jumps_back_stops_neither() {
    let Setting { time, one, .. } = setting();
    time.store(5_000, Ordering::SeqCst);
    assert_eq!(moment(one.through().unwrap()), 5_000);
    time.store(10, Ordering::SeqCst);
    assert_eq!(moment(one.through().unwrap()), 5_000);
    for expected in 5_001..5_004 {
        let group = one.begin(expected - 1).unwrap();
        assert_eq!(group.stored.as_micros(), expected);
        group.committed();
        assert_eq!(moment(one.through().unwrap()), expected);
    }
    // What another process stored counts, too.
    assert_eq!(one.begin(7_000).unwrap().stored.as_micros(), 7_001);
}

#[test]
fn a_group_that_was_given_up_is_not_waited_for() {
    let Setting { time, one, .. } = setting();
    drop(one.begin(0).unwrap());
    time.store(2_000, Ordering::SeqCst);
    assert_eq!(moment(one.through().unwrap()), 2_000);
}

#[test]
fn while_another_process_writes_only_what_was_said_before_is_said_again() {
    let Setting { time, one, other, .. } = setting();
    assert_eq!(moment(one.through().unwrap()), 1_000);
    time.store(2_000, Ordering::SeqCst);
    let group = other.begin(0).unwrap();
    time.store(3_000, Ordering::SeqCst);
    assert!(
        matches!(one.through().unwrap(), Through::OtherWriter(promised) if promised.as_micros() == 1_000)
    );
    drop(group);
    assert_eq!(moment(one.through().unwrap()), 3_000);
}
