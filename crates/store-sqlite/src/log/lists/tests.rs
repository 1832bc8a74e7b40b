use std::collections::BTreeSet;

use proptest::prelude::*;

use super::super::recent::seek;
use super::*;

struct Plain(Vec<i64>, Direction);

impl List for Plain {
    fn seek(&mut self, at: i64) -> Result<Option<i64>, Fault> {
        Ok(seek(&self.0, at, self.1))
    }
}

fn direction() -> impl Strategy<Value = Direction> {
    prop_oneof![Just(Direction::Ascending), Just(Direction::Descending)]
}

proptest! {
    #[test]
    fn lists_meet_where_all_sets_have_a_position(
        sets in proptest::collection::vec(
            proptest::collection::vec(proptest::collection::btree_set(1i64..80, 0..40), 1..4), 1..4),
        direction in direction(),
        (low, high) in (-5i64..90, -5i64..90),
        limit in 0usize..30,
    ) {
        let expected: BTreeSet<i64> = (low..=high)
            .filter(|at| sets.iter().all(|set| set.iter().any(|list| list.contains(at))))
            .collect();
        let mut expected: Vec<_> = expected.into_iter().collect();
        if direction == Direction::Descending {
            expected.reverse();
        }
        expected.truncate(limit);

        let union = |lists: &Vec<BTreeSet<i64>>| {
            let plain = lists.iter().map(|list| Plain(list.iter().copied().collect(), direction));
            Union::new(plain.collect(), direction)
        };
        let mut lists: Vec<_> = sets.iter().map(union).collect();
        let (from, to) = match direction {
            Direction::Ascending => (low, high),
            Direction::Descending => (high, low),
        };
        let mut found = Vec::new();
        intersect(&mut lists, direction, from, to, limit, &mut found).unwrap();
        prop_assert_eq!(found, expected);
    }
}
