use std::collections::{HashMap, HashSet};

use mongodb::bson::{Binary, Document, doc};
use mongodb::{ClientSession, Database};
use store::REFERENCE_DEPTH;
use uuid::Uuid;

use super::group::Waiting;
use super::keys;
use super::record::{Linked, linked_from_document};
use crate::raw::{Fields, Raw, uuid};
use crate::schema::STATEMENTS;
use crate::transaction::Stopped;

/// What the new statements of a transaction mean for others, and others for them.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Effects {
    /// All keys of new statements that inherit some.
    pub(crate) keys: HashMap<Uuid, Vec<i64>>,
    /// New statements that are voided from the start.
    pub(crate) voided: HashSet<Uuid>,
    /// Kept statements that get keys: all of them, the old ones included.
    pub(crate) kept_keys: Vec<(Uuid, Vec<i64>)>,
    /// Kept statements that get voided.
    pub(crate) kept_voided: Vec<Uuid>,
    /// By how much the number of statements that refer to an absent one changes.
    pub(crate) dangling: i64,
}

/// Works out the effects. Nothing is read when no new statement refers to another and, as `dangling` says,
/// none that is kept waits for its target.
pub(crate) async fn effects(
    database: &Database,
    session: &mut ClientSession,
    new: &[(usize, &Waiting)],
    dangling: i64,
) -> Result<Effects, Stopped> {
    let refer = new.iter().any(|(_, waiting)| waiting.refers_to.is_some());
    if !refer && dangling == 0 {
        return Ok(Effects::default());
    }
    let mut links = Links::of(new);
    let statements = database.collection(STATEMENTS);
    if refer {
        links.load_targets(&statements, session).await?;
    }
    if dangling > 0 {
        links.load_referrers(&statements, session).await?;
    }
    Ok(links.effects())
}

/// Statements and what they refer to. Each refers to one at most, so from each there is one way on.
struct Links {
    new: Vec<Uuid>,
    known: HashMap<Uuid, Linked>,
    /// Kept statements from which a new one can be reached.
    reaching: Vec<Uuid>,
}

impl Links {
    fn of(new: &[(usize, &Waiting)]) -> Self {
        let known = new.iter().map(|(_, waiting)| {
            let linked = Linked {
                id: waiting.id,
                target: waiting.refers_to,
                voids: waiting.voids,
                own: waiting.keys.clone(),
            };
            (waiting.id, linked)
        });
        Self {
            new: new.iter().map(|(_, waiting)| waiting.id).collect(),
            known: known.collect(),
            reaching: Vec::new(),
        }
    }

    /// Loads what the new statements refer to, and what that refers to, as far as keys are inherited.
    async fn load_targets(&mut self, statements: &Raw, session: &mut ClientSession) -> Result<(), Stopped> {
        let mut next: HashSet<Uuid> = self.known.values().filter_map(|linked| linked.target).collect();
        for _ in 0..REFERENCE_DEPTH {
            next.retain(|id| !self.known.contains_key(id));
            if next.is_empty() {
                break;
            }
            let found = load(statements, session, "_id", &next).await?;
            next = found.iter().filter_map(|linked| linked.target).collect();
            self.known
                .extend(found.into_iter().map(|linked| (linked.id, linked)));
        }
        Ok(())
    }

    /// Loads the kept statements that waited for new ones, and those that refer to them in turn.
    async fn load_referrers(&mut self, statements: &Raw, session: &mut ClientSession) -> Result<(), Stopped> {
        let mut next: HashSet<Uuid> = self.new.iter().copied().collect();
        for _ in 0..REFERENCE_DEPTH {
            if next.is_empty() {
                break;
            }
            let found = load(statements, session, "r", &next).await?;
            next = HashSet::new();
            for linked in found {
                if self.new.contains(&linked.id) || self.reaching.contains(&linked.id) {
                    continue;
                }
                next.insert(linked.id);
                self.reaching.push(linked.id);
                self.known.insert(linked.id, linked);
            }
        }
        Ok(())
    }

    fn effects(&self) -> Effects {
        let new: HashSet<Uuid> = self.new.iter().copied().collect();
        let mut effects = Effects::default();
        for (linked, is_new) in self.touched() {
            let Some(target) = linked.target else { continue };
            let all = self.all_keys(linked);
            if is_new {
                effects.keys.insert(linked.id, all);
                effects.dangling += i64::from(!self.known.contains_key(&target));
            } else {
                effects.kept_keys.push((linked.id, all));
                effects.dangling -= i64::from(new.contains(&target));
            }
            let voidable = self.known.get(&target).is_some_and(|target| !target.voids);
            if linked.voids && voidable {
                if new.contains(&target) {
                    effects.voided.insert(target);
                } else if is_new {
                    effects.kept_voided.push(target);
                }
            }
        }
        effects
    }

    /// The statements whose keys may change, and whether they are new.
    fn touched(&self) -> impl Iterator<Item = (&Linked, bool)> {
        let new = self.new.iter().map(|id| (id, true));
        let kept = self.reaching.iter().map(|id| (id, false));
        new.chain(kept)
            .filter_map(|(id, is_new)| self.known.get(id).map(|linked| (linked, is_new)))
    }

    /// Its own keys and those of all on its way, as far as keys are inherited; a circle is gone round once.
    fn all_keys(&self, linked: &Linked) -> Vec<i64> {
        let mut all = linked.own.clone();
        let mut seen = HashSet::from([linked.id]);
        let mut at = linked;
        for _ in 0..REFERENCE_DEPTH {
            let next = at.target.and_then(|target| self.known.get(&target));
            let Some(target) = next.filter(|target| seen.insert(target.id)) else {
                break;
            };
            all.extend(keys::inherited(&target.own));
            at = target;
        }
        keys::with_pairs(all)
    }
}

async fn load(
    statements: &Raw,
    session: &mut ClientSession,
    field: &str,
    ids: &HashSet<Uuid>,
) -> Result<Vec<Linked>, Stopped> {
    let ids: Vec<Binary> = ids.iter().copied().map(uuid).collect();
    let filter: Document = doc! { field: { "$in": ids } };
    let mut cursor = statements
        .find(filter)
        .projection(doc! { "k": 1, "o": 1, "r": 1, "x": 1 })
        .session(&mut *session)
        .await?;
    let mut found = Vec::new();
    while cursor.advance(session).await? {
        found.push(linked_from_document(Fields::new(
            "a statement",
            cursor.current(),
        ))?);
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn linked(id: u128, target: Option<u128>, voids: bool) -> Linked {
        Linked {
            id: Uuid::from_u128(id),
            target: target.map(Uuid::from_u128),
            voids,
            own: vec![key(id)],
        }
    }

    /// A registration's key: it has no part in pairs.
    fn key(id: u128) -> i64 {
        i64::try_from(id).unwrap() << 3 | 6
    }

    fn links(new: &[u128], reaching: &[u128], known: Vec<Linked>) -> Links {
        Links {
            new: new.iter().copied().map(Uuid::from_u128).collect(),
            reaching: reaching.iter().copied().map(Uuid::from_u128).collect(),
            known: known.into_iter().map(|linked| (linked.id, linked)).collect(),
        }
    }

    #[test]
    fn a_new_reference_inherits_from_the_whole_chain() {
        let known = vec![
            linked(1, Some(2), false),
            linked(2, Some(3), false),
            linked(3, None, false),
        ];
        let effects = links(&[1], &[], known).effects();
        let keys = HashMap::from([(Uuid::from_u128(1), vec![key(1), key(2), key(3)])]);
        assert_eq!(
            effects,
            Effects {
                keys,
                ..Effects::default()
            }
        );
    }

    #[test]
    fn a_reference_to_nothing_is_counted_until_it_comes() {
        let waiting = links(&[1], &[], vec![linked(1, Some(2), false)]).effects();
        assert_eq!(waiting.dangling, 1);
        let known = vec![linked(1, Some(2), false), linked(2, None, false)];
        let came = links(&[2], &[1], known).effects();
        assert_eq!(came.dangling, -1);
        assert_eq!(came.kept_keys, [(Uuid::from_u128(1), vec![key(1), key(2)])]);
    }

    #[test]
    fn a_circle_ends() {
        let known = vec![
            linked(1, Some(2), false),
            linked(2, Some(1), false),
            linked(3, Some(3), false),
        ];
        let effects = links(&[1, 2, 3], &[], known).effects();
        assert_eq!(effects.keys[&Uuid::from_u128(1)], [key(1), key(2)]);
        assert_eq!(effects.keys[&Uuid::from_u128(2)], [key(1), key(2)]);
        assert_eq!(effects.keys[&Uuid::from_u128(3)], [key(3)]);
    }

    #[test]
    fn keys_go_so_far_and_no_further() {
        let depth = u128::try_from(REFERENCE_DEPTH).unwrap();
        let known = (1..=depth + 2)
            .map(|id| linked(id, Some(id + 1), false))
            .collect();
        let effects = links(&[1], &[], known).effects();
        let keys = &effects.keys[&Uuid::from_u128(1)];
        assert_eq!(keys.len(), REFERENCE_DEPTH + 1);
        assert!(keys.contains(&key(depth + 1)) && !keys.contains(&key(depth + 2)));
    }

    #[test]
    fn voiding_works_both_ways_and_not_on_voiding_statements() {
        let (old, new) = (Uuid::from_u128(1), Uuid::from_u128(2));
        // The voiding statement is new, then its target is, then both are.
        let known = || vec![linked(1, None, false), linked(2, Some(1), true)];
        assert_eq!(links(&[2], &[], known()).effects().kept_voided, [old]);
        assert_eq!(links(&[1], &[2], known()).effects().voided, HashSet::from([old]));
        assert_eq!(
            links(&[1, 2], &[], known()).effects().voided,
            HashSet::from([old])
        );
        let known = vec![
            linked(1, None, false),
            linked(2, Some(1), true),
            linked(3, Some(2), true),
        ];
        let effects = links(&[3], &[], known).effects();
        assert!(effects.kept_voided.is_empty() && !effects.voided.contains(&new));
    }
}
