//! Laws over all valid statements, and over what is nearly one.

use proptest::prelude::*;
use xapi::testing::{self, Tree};
use xapi::{Limits, Version, parse_statements};

use crate::support::received;

/// Puts `null` in place of one value; answers whether that is inside extensions.
fn null_somewhere(tree: &mut Tree, pick: &mut usize, inside: bool) -> Option<bool> {
    let here = |value: &mut Tree, pick: &mut usize, inside: bool| {
        if *pick == 0 {
            *value = Tree::Raw("null".to_owned());
            return Some(inside);
        }
        *pick -= 1;
        null_somewhere(value, pick, inside)
    };
    match tree {
        Tree::Object(members) => members.iter_mut().find_map(|(name, value)| {
            // The member "extensions" itself must be an object.
            if name == "extensions" {
                null_somewhere(value, pick, true)
            } else {
                here(value, pick, inside)
            }
        }),
        Tree::Array(elements) => elements
            .iter_mut()
            .find_map(|element| here(element, pick, inside)),
        _ => None,
    }
}

/// Adds a member to one object; answers whether that is inside extensions.
fn stranger_somewhere(tree: &mut Tree, pick: &mut usize, inside: bool) -> Option<bool> {
    match tree {
        Tree::Object(members) => {
            if *pick == 0 {
                members.push(("http://stranger".to_owned(), Tree::Raw("7".to_owned())));
                return Some(inside);
            }
            *pick -= 1;
            members
                .iter_mut()
                .find_map(|(name, value)| stranger_somewhere(value, pick, inside || name == "extensions"))
        }
        Tree::Array(elements) => elements
            .iter_mut()
            .find_map(|element| stranger_somewhere(element, pick, inside)),
        _ => None,
    }
}

proptest! {
    #[test]
    fn every_version_accepts_what_the_strategies_make(json in testing::statement_json(), other in testing::statement_json_2_0()) {
        for version in Version::ALL {
            let body = format!("[{json},\n{json}]");
            let limits = Limits::default();
            let same_id_twice = version == Version::V2_0 && received(&json, version).unwrap().statement().id.is_some();
            prop_assert_eq!(parse_statements(body.as_bytes(), version, &limits).is_ok(), !same_id_twice);
            prop_assert!(received(&json, version).is_ok());
        }
        prop_assert!(received(&other, Version::V2_0).is_ok());
    }

    #[test]
    fn null_is_for_extensions_only(tree in testing::statement_tree(Version::V2_0), pick in 0..60_usize) {
        let mut changed = tree;
        let Some(inside) = null_somewhere(&mut changed, &mut pick.clone(), false) else { return Ok(()) };
        prop_assert_eq!(received(&changed.render(), Version::V2_0).is_ok(), inside, "{}", changed.render());
    }

    #[test]
    fn a_strange_member_is_for_extensions_only(tree in testing::statement_tree(Version::V2_0), pick in 0..30_usize) {
        let mut changed = tree;
        let Some(inside) = stranger_somewhere(&mut changed, &mut pick.clone(), false) else { return Ok(()) };
        prop_assert_eq!(received(&changed.render(), Version::V2_0).is_ok(), inside, "{}", changed.render());
    }

    #[test]
    fn a_body_cut_short_is_refused(json in testing::statement_json(), at in any::<prop::sample::Index>()) {
        let cut = json.char_indices().map(|(at, _)| at).nth(at.index(json.chars().count())).unwrap();
        prop_assert!(received(&json[..cut], Version::V1_0).is_err());
    }

    #[test]
    fn no_body_makes_the_reader_panic(mut bytes in testing::statement_json().prop_map(String::into_bytes), at in any::<prop::sample::Index>(), byte in any::<u8>()) {
        let at = at.index(bytes.len());
        bytes[at] = byte;
        for version in Version::ALL {
            if let Err(error) = parse_statements(&bytes, version, &Limits::default()) {
                prop_assert!(error.path().starts_with('$') && !error.to_string().is_empty());
            }
        }
    }
}
