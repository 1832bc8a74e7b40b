use proptest::prelude::*;
use rusqlite::params;

use super::*;

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, ..ProptestConfig::default() })]

    /// Positions may have gaps, and several entries one moment.
    #[test]
    fn the_last_position_by_a_moment_is_found(
        entries in proptest::collection::vec((1i64..4, 0i64..3), 0..60),
        moments in proptest::collection::vec(-2i64..130, 20),
    ) {
        let mut connection = Connection::open_in_memory().unwrap();
        crate::schema::prepare(&mut connection).unwrap();
        let (mut position, mut stored) = (0, 0);
        let mut log = Vec::new();
        for (gap, later) in entries {
            position += gap;
            stored += later;
            log.push((position, stored));
            connection
                .execute(
                    "INSERT INTO statement (position, id, stored, voided, voiding, fingerprint, keys, text)
                     VALUES (?1, x'00', ?2, 0, 0, x'00', x'', '')",
                    params![position, stored],
                )
                .unwrap();
        }
        let snapshot = Snapshot::read(&connection).unwrap();
        prop_assert_eq!(snapshot.head, position);
        for moment in moments {
            let found = last_stored_by(&connection, snapshot, moment).unwrap();
            // Where there is a gap, any place in it says the same.
            let by = |position: i64| log.iter().filter(|(at, _)| *at <= position).count();
            prop_assert_eq!(by(found), log.iter().filter(|(_, stored)| *stored <= moment).count());
        }
    }
}
