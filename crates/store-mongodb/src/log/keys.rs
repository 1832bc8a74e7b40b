use sha2::{Digest, Sha256};
use store::IndexKey;

/// The kinds of [`IndexKey`] this module looks into: its lowest three bits.
const KIND: i64 = 0b111;
const ACTIVITY: i64 = 3;
const VERB: i64 = 5;
/// Not used by [`IndexKey`]: a verb and an activity as one key.
const PAIR: i64 = 7;

/// The key of all statements with this verb and this activity.
///
/// An index answers one key at a time; of two common ones it would read far more than a page. "Who passed this
/// course" is the question a learning record store is asked most, so that pair has a key of its own.
pub(crate) fn pair(verb: IndexKey, activity: IndexKey) -> IndexKey {
    let digest = Sha256::new()
        .chain_update(verb.0.to_be_bytes())
        .chain_update(activity.0.to_be_bytes())
        .finalize();
    let mut first = [0; 8];
    first.copy_from_slice(&digest[..8]);
    IndexKey(i64::from_be_bytes(first) & !KIND | PAIR)
}

/// All that is kept for a statement with these keys, its own and the inherited: them, and the pairs among them.
pub(crate) fn with_pairs(keys: impl IntoIterator<Item = i64>) -> Vec<i64> {
    let mut all: Vec<i64> = keys.into_iter().filter(|key| key & KIND != PAIR).collect();
    let of = |kind: i64| {
        all.iter()
            .copied()
            .filter(move |key| key & KIND == kind)
            .map(IndexKey)
    };
    let pairs: Vec<_> = of(VERB)
        .flat_map(|verb| of(ACTIVITY).map(move |activity| pair(verb, activity).0))
        .collect();
    all.extend(pairs);
    all.sort_unstable();
    all.dedup();
    all
}

/// What a statement that refers to one with these keys gets from it.
pub(crate) fn inherited(own: &[i64]) -> impl Iterator<Item = i64> {
    without_pairs(own).map(|key| key.inherited().0)
}

/// The keys that every store has.
pub(crate) fn without_pairs(keys: &[i64]) -> impl Iterator<Item = IndexKey> {
    keys.iter()
        .copied()
        .filter(|key| key & KIND != PAIR)
        .map(IndexKey)
}

#[cfg(test)]
mod tests {
    use super::*;
    use xapi::{Ifi, Iri};

    fn verb() -> IndexKey {
        IndexKey::verb(&Iri::parse("http://adlnet.gov/expapi/verbs/passed").unwrap())
    }

    fn activity(n: usize) -> IndexKey {
        IndexKey::activity(&Iri::parse(&format!("https://example.com/courses/{n}")).unwrap())
    }

    #[test]
    fn the_kinds_are_those_of_the_store() {
        let agent = Ifi::mbox("mailto:a@example.com").unwrap();
        assert_eq!(verb().0 & KIND, VERB);
        assert_eq!(activity(1).0 & KIND, ACTIVITY);
        let others = [
            IndexKey::agent(&agent),
            IndexKey::related_agent(&agent),
            IndexKey::authority(&agent),
            IndexKey::related_activity(&Iri::parse("https://example.com").unwrap()),
            IndexKey::registration(&uuid::Uuid::nil()),
        ];
        for other in others {
            assert!(![VERB, ACTIVITY, PAIR].contains(&(other.0 & KIND)));
        }
    }

    #[test]
    fn each_verb_is_paired_with_each_activity_and_pairs_with_nothing() {
        let agent = IndexKey::agent(&Ifi::mbox("mailto:a@example.com").unwrap());
        let keys = with_pairs([activity(1).0, verb().0, agent.0, activity(2).0, verb().0]);
        assert_eq!(keys.len(), 6);
        assert!(keys.contains(&pair(verb(), activity(1)).0) && keys.contains(&pair(verb(), activity(2)).0));
        assert_eq!(with_pairs(keys.clone()), keys);
        assert_eq!(inherited(&keys).count(), 4);
    }
}
