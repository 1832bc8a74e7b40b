use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;

use super::*;

fn engine(number: u128) -> Uuid {
    Uuid::from_u128(number + 1)
}

/// Does what an engine would.
fn apply(me: Uuid, alive: &BTreeSet<Uuid>, parts: &mut Vec<Part>) -> usize {
    let moves = moves(me, alive, parts);
    for one in &moves {
        let (from, off, holder) = match *one {
            Move::Take(share) => (share, share, Some(me)),
            Move::TakeOff(share, off) => (share, off, Some(me)),
            Move::GiveUp(share) => (share, share, None),
            Move::GiveOff(share, off) => (share, off, None),
        };
        let at = parts.iter().position(|part| part.share == from).unwrap();
        let was = parts.remove(at);
        let rest = from.minus(off);
        if !rest.is_empty() {
            parts.push(Part { share: rest, ..was });
        }
        parts.push(Part { share: off, holder });
    }
    moves.len()
}

#[test]
fn people_are_spread_over_all_slots() {
    let mut counts = BTreeMap::new();
    for number in 0..64_000 {
        *counts
            .entry(Share::slot_of(&format!("p{number:07}")))
            .or_insert(0) += 1;
    }
    assert_eq!(counts.len(), 64);
    assert!(
        counts.values().all(|count| (800..1_200).contains(count)),
        "{counts:?}"
    );
}

#[test]
fn the_slot_of_somebody_never_changes() {
    let slots: Vec<u32> = ["", "ann", "ben", "p0000001"].map(Share::slot_of).into();
    assert_eq!(slots, [33, 1, 44, 55]);
}

proptest! {
    #[test]
    fn shares_are_split_without_loss(mask: i64, count in 0..70_u32) {
        let share = Share::from_i64(mask);
        let off = share.last(count);
        prop_assert_eq!(off.len(), count.min(share.len()));
        prop_assert_eq!(off.union(share.minus(off)), share);
        prop_assert_eq!(Share::from_i64(share.to_i64()), share);
        prop_assert_eq!(share.slots().count() as u32, share.len());
    }

    /// However engines come and go, soon everybody is with exactly one of them, and nobody has more than their due.
    #[test]
    fn what_there_is_is_divided_evenly(
        comings in prop::collection::vec((0..9_u128, any::<bool>()), 1..30),
    ) {
        let mut parts = vec![Part { share: Share::ALL, holder: None }];
        let mut alive = BTreeSet::from([engine(0)]);
        for (who, comes) in comings {
            alive.remove(&engine(who));
            if comes || alive.is_empty() {
                alive.insert(engine(who));
            }
            // What the dead held is nobody's.
            for part in &mut parts {
                part.holder = part.holder.filter(|holder| alive.contains(holder));
            }
            for _ in 0..3 {
                for one in &alive {
                    apply(*one, &alive, &mut parts);
                }
            }
            let all = parts.iter().fold(Share::NONE, |all, part| all.union(part.share));
            prop_assert_eq!(all, Share::ALL);
            prop_assert_eq!(parts.iter().map(|part| part.share.len()).sum::<u32>(), SLOTS);
            for one in &alive {
                let held: u32 = parts
                    .iter()
                    .filter(|part| part.holder == Some(*one))
                    .map(|part| part.share.len())
                    .sum();
                let least = SLOTS / alive.len() as u32;
                prop_assert!((least..=least + 1).contains(&held), "{held} of {SLOTS}: {parts:?}");
                prop_assert_eq!(moves(*one, &alive, &parts), Vec::new());
            }
            prop_assert!(parts.iter().all(|part| part.holder.is_some()));
        }
    }
}
