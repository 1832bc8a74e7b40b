use store::Position;
use uuid::Uuid;
use xapi::Timestamp;

use super::*;

fn statement(position: i64, length: usize) -> Arc<StoredStatement> {
    Arc::new(StoredStatement {
        position: Position(position),
        id: Uuid::from_u128(position as u128),
        stored: Timestamp::from_micros(position),
        voided: false,
        text: "x".repeat(length),
    })
}

#[test]
fn what_was_kept_is_there_until_it_is_voided() {
    let texts = Texts::new(1);
    let seen = texts.voidings();
    for position in 1..=3 {
        texts.keep(seen, statement(position, 10));
    }
    assert_eq!(texts.get(2), Some(statement(2, 10)));
    texts.voided(2);
    assert_eq!(texts.get(2), None);
    assert!(texts.get(1).is_some());
    texts.some_voided();
    assert_eq!(texts.get(1), None);
}

#[test]
fn what_was_read_before_something_was_voided_is_not_kept_after() {
    let texts = Texts::new(1);
    let seen = texts.voidings();
    texts.voided(7);
    texts.keep(seen, statement(7, 10));
    assert_eq!(texts.get(7), None);
    texts.keep(texts.voidings(), statement(7, 10));
    assert!(texts.get(7).is_some());
}

#[test]
fn what_is_read_is_kept_the_second_time() {
    let texts = Texts::new(1);
    let seen = texts.voidings();
    for position in 1..=100 {
        texts.read(seen, &statement(position, 10));
    }
    assert!((1..=100).all(|position| texts.get(position).is_none()));
    texts.read(seen, &statement(7, 10));
    assert_eq!(texts.get(7), Some(statement(7, 10)));
    assert_eq!(texts.get(8), None);
    // One seen before it was voided is not kept, however often it is read.
    texts.voided(8);
    texts.read(seen, &statement(8, 10));
    assert_eq!(texts.get(8), None);
}

#[test]
fn without_room_nothing_is_kept() {
    let texts = Texts::new(0);
    for _ in 0..3 {
        texts.read(texts.voidings(), &statement(1, 10));
    }
    assert_eq!(texts.get(1), None);
}

#[test]
fn no_more_is_kept_than_there_is_room_for() {
    let texts = Texts::new(1);
    for position in 0..5_000 {
        texts.keep(texts.voidings(), statement(position, 1_000));
    }
    let kept = (0..5_000)
        .filter(|position| texts.get(*position).is_some())
        .count();
    assert!((100..=1_048).contains(&kept), "{kept} of 1 KB each in 1 MiB");
    texts.keep(texts.voidings(), statement(9_999, 3_000_000));
    assert_eq!(texts.get(9_999), None);
}
