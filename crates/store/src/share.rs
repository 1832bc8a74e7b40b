//! How the work of engines is divided: by people, in slots.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

#[cfg(test)]
mod tests;

/// Everybody is in one of so many slots: the most engines that can divide the work.
pub const SLOTS: u32 = 64;

/// Some of the slots: whose standings an engine keeps.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Share(u64);

impl Share {
    /// All people.
    pub const ALL: Self = Self(u64::MAX);
    /// Nobody.
    pub const NONE: Self = Self(0);

    /// The slot somebody is in. Never changed: stores keep it.
    #[must_use]
    pub fn slot_of(person: &str) -> u32 {
        // FNV-1a, and its high bits mixed into the few that are used.
        let hash = person.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
        });
        let mixed = (hash ^ (hash >> 32)).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        u32::try_from(mixed >> 58).unwrap_or(0)
    }

    /// Whether somebody is in it.
    #[must_use]
    pub fn has(self, person: &str) -> bool {
        self.has_slot(Self::slot_of(person))
    }

    /// Whether a slot is in it.
    #[must_use]
    pub const fn has_slot(self, slot: u32) -> bool {
        self.0 >> slot & 1 == 1
    }

    /// Its slots, in order.
    pub fn slots(self) -> impl Iterator<Item = u32> {
        (0..SLOTS).filter(move |slot| self.has_slot(*slot))
    }

    /// How many slots it has.
    #[must_use]
    pub const fn len(self) -> u32 {
        self.0.count_ones()
    }

    /// Whether it has no slot.
    #[must_use]
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// Its last so many slots.
    #[must_use]
    pub fn last(self, count: u32) -> Self {
        let skip = usize::try_from(self.len().saturating_sub(count)).unwrap_or(0);
        Self(self.slots().skip(skip).fold(0, |mask, slot| mask | 1 << slot))
    }

    /// What is in either.
    #[must_use]
    pub const fn union(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// What is in it and not in the other.
    #[must_use]
    pub const fn minus(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }

    /// As one number, which stores keep: a bit a slot.
    #[must_use]
    pub const fn to_i64(self) -> i64 {
        self.0.cast_signed()
    }

    /// From the number that a store kept.
    #[must_use]
    pub const fn from_i64(mask: i64) -> Self {
        Self(mask.cast_unsigned())
    }
}

impl Default for Share {
    fn default() -> Self {
        Self::ALL
    }
}

/// A share, and the engine that holds it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Part {
    /// The share.
    pub share: Share,
    /// Who holds it; `None` if nobody does, or nobody who is alive.
    pub holder: Option<Uuid>,
}

/// What an engine does so that each has as much as the others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Move {
    /// It takes a share that nobody holds.
    Take(Share),
    /// It takes so much of a share that nobody holds: all but this stays behind.
    TakeOff(Share, Share),
    /// It gives up a share.
    GiveUp(Share),
    /// It gives up so much of a share.
    GiveOff(Share, Share),
}

/// What `me`, one of these engines that are alive, does about these parts: it gives up what is more than its due, or
/// takes what nobody holds until it has its due. When all do so in turn, everybody has their due, and nothing is left.
#[must_use]
pub fn moves(me: Uuid, alive: &BTreeSet<Uuid>, parts: &[Part]) -> Vec<Move> {
    let count = u32::try_from(alive.len()).unwrap_or(u32::MAX).max(1);
    let rank = u32::try_from(alive.range(..me).count()).unwrap_or(u32::MAX);
    let due = SLOTS / count + u32::from(rank < SLOTS % count);
    let mine = parts.iter().filter(|part| part.holder == Some(me));
    let held: u32 = mine.clone().map(|part| part.share.len()).sum();
    let mut moves = Vec::new();
    if held > due {
        let mut surplus = held - due;
        for Part { share, .. } in mine {
            if share.len() <= surplus {
                surplus -= share.len();
                moves.push(Move::GiveUp(*share));
            } else if surplus > 0 {
                moves.push(Move::GiveOff(*share, share.last(surplus)));
                surplus = 0;
            }
        }
        return moves;
    }
    let mut wanted = due - held;
    for Part { share, .. } in parts.iter().filter(|part| part.holder.is_none()) {
        if share.len() <= wanted {
            wanted -= share.len();
            moves.push(Move::Take(*share));
        } else if wanted > 0 {
            moves.push(Move::TakeOff(*share, share.last(wanted)));
            wanted = 0;
        }
    }
    moves
}
