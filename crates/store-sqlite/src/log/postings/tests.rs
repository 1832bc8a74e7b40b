use std::collections::BTreeSet;

use proptest::prelude::*;

use super::*;

fn database() -> Connection {
    let mut connection = Connection::open_in_memory().unwrap();
    crate::schema::prepare(&mut connection).unwrap();
    connection
}

fn all(connection: &Connection, key: i64) -> Vec<i64> {
    let mut list = PostingList::new(connection, key, Direction::Ascending);
    let mut found = Vec::new();
    while let Some(position) = list.seek(found.last().map_or(i64::MIN, |last| last + 1)).unwrap() {
        found.push(position);
    }
    found
}

/// Bytes of each piece of a key.
fn pieces(connection: &Connection, key: i64) -> Vec<i64> {
    let mut query = connection
        .prepare("SELECT length(rest) FROM posting WHERE key = ?1 ORDER BY first")
        .unwrap();
    query
        .query_map([key], |row| row.get(0))
        .unwrap()
        .collect::<Result<_, _>>()
        .unwrap()
}

#[test]
fn what_is_added_in_order_fills_its_pieces() {
    let connection = database();
    let positions: Vec<i64> = (1..=10_000).map(|n| n * 3).collect();
    for some in positions.chunks(700) {
        add(&connection, 7, some).unwrap();
    }
    add(&connection, 8, &[5]).unwrap();
    assert_eq!(all(&connection, 7), positions);
    assert_eq!(all(&connection, 8), [5]);
    assert_eq!(all(&connection, 9), [0; 0]);
    let sizes = pieces(&connection, 7);
    assert_eq!(sizes.len(), 6);
    assert!(sizes[..5].iter().all(|bytes| *bytes == PIECE as i64), "{sizes:?}");
    assert_eq!(pieces(&connection, 8), [0]);
}

#[test]
fn distances_of_any_size_are_kept() {
    let connection = database();
    let positions = [
        1,
        2,
        129,
        130,
        16_513,
        1 << 20,
        1 << 40,
        i64::MAX - 2,
        i64::MAX - 1,
    ];
    add(&connection, 7, &positions).unwrap();
    assert_eq!(all(&connection, 7), positions);
}

#[test]
fn a_damaged_piece_is_told_from_an_empty_one() {
    for (bytes, whole) in [
        (vec![], true),
        (vec![1], true),
        (vec![0x80], false),
        (vec![0xff; 12], false),
    ] {
        assert_eq!(decode(5, &bytes).is_ok(), whole, "{bytes:?}");
    }
    assert!(decode(i64::MAX, &[1]).is_err());
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 40, ..ProptestConfig::default() })]

    /// Whatever is added in whatever order, once or twice, the list is the set of it, sought from anywhere in
    /// either direction.
    #[test]
    fn a_list_is_the_set_of_what_was_added(
        adds in proptest::collection::vec((0i64..20_000, 1i64..40, 1usize..1_500), 1..12),
        sought in proptest::collection::vec(-5i64..90_000, 60),
    ) {
        let connection = database();
        let mut expected = BTreeSet::new();
        for (first, distance, count) in adds {
            let positions: Vec<i64> = (0..count as i64).map(|n| first + n * distance).collect();
            add(&connection, 7, &positions).unwrap();
            expected.extend(positions);
        }
        prop_assert_eq!(all(&connection, 7), expected.iter().copied().collect::<Vec<_>>());
        prop_assert!(pieces(&connection, 7).iter().all(|bytes| *bytes < PIECE as i64 + 10));
        let mut up = PostingList::new(&connection, 7, Direction::Ascending);
        let mut down = PostingList::new(&connection, 7, Direction::Descending);
        for at in sought {
            prop_assert_eq!(up.seek(at).unwrap(), expected.range(at..).next().copied());
            prop_assert_eq!(down.seek(at).unwrap(), expected.range(..=at).next_back().copied());
        }
    }
}
