use super::*;

fn listed(recent: &Recent, key: i64, low: i64, high: i64) -> Vec<i64> {
    let mut found = Vec::new();
    let mut list = recent.list(key, Direction::Ascending, low, high);
    while let Some(position) = list.seek(found.last().map_or(i64::MIN, |last| last + 1)).unwrap() {
        found.push(position);
    }
    let mut reversed = Vec::new();
    let mut list = recent.list(key, Direction::Descending, low, high);
    while let Some(position) = list
        .seek(reversed.last().map_or(i64::MAX, |last| last - 1))
        .unwrap()
    {
        reversed.push(position);
    }
    reversed.reverse();
    assert_eq!(found, reversed);
    found
}

/// Entries 11 to 20, odd ones under key 1, even ones under key 2, the first five being settled.
fn recent() -> Recent {
    let mut recent = Recent::after(10);
    for position in 11..=20 {
        if position == 16 {
            recent.begin_settling().unwrap();
        }
        recent.push(position, Uuid::from_u128(position as u128), [2 - position % 2]);
    }
    recent
}

#[test]
fn entries_are_found_by_key_and_id_in_both_generations() {
    let recent = recent();
    assert_eq!((recent.base(), recent.head(), recent.active_len()), (10, 20, 5));
    assert_eq!(listed(&recent, 1, 0, 100), [11, 13, 15, 17, 19]);
    assert_eq!(listed(&recent, 2, 13, 18), [14, 16, 18]);
    assert_eq!(listed(&recent, 2, 13, 13), [0; 0]);
    assert_eq!(listed(&recent, 3, 0, 100), [0; 0]);
    for position in 11..=20 {
        assert_eq!(
            recent.position_of(&Uuid::from_u128(position as u128)),
            Some(position)
        );
    }
    assert_eq!(recent.position_of(&Uuid::from_u128(10)), None);
}

#[test]
fn what_is_taken_in_twice_is_there_once() {
    let mut recent = recent();
    recent.push(20, Uuid::from_u128(20), [1]);
    recent.push(15, Uuid::from_u128(15), [2]);
    recent.inherit(1, 14, [1, 9]);
    recent.inherit(1, 16, [1]);
    recent.inherit(2, 14, [1]);
    recent.inherit(3, 18, [9]);
    assert_eq!(recent.inherited(), 3);
    assert_eq!(listed(&recent, 1, 0, 100), [11, 13, 14, 15, 17, 19]);
    assert_eq!(listed(&recent, 2, 0, 100), [12, 14, 16, 18, 20]);
    assert_eq!(listed(&recent, 9, 0, 100), [14, 18]);
}

#[test]
fn what_older_entries_inherit_is_in_the_file() {
    let mut recent = recent();
    recent.inherit(1, 10, [9]);
    assert_eq!(listed(&recent, 9, 0, 100), [0; 0]);
}

#[test]
fn what_is_settled_is_forgotten() {
    let mut recent = recent();
    assert_eq!(recent.settling().map(Generation::through), Some(15));
    // Nothing new begins before the old is done.
    assert_eq!(recent.begin_settling().map(Generation::through), Some(15));
    recent.settled(10);
    assert_eq!(recent.base(), 10);
    recent.settled(15);
    assert_eq!((recent.base(), recent.head()), (15, 20));
    assert!(recent.settling().is_none());
    assert_eq!(listed(&recent, 1, 0, 100), [17, 19]);
    // Somebody else settled to another place: what is left is to be read again.
    recent.settled(18);
    assert_eq!((recent.base(), recent.head()), (18, 18));
}
