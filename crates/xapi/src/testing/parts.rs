//! Strategies for the parts that statements are made of.

use std::collections::BTreeMap;

use proptest::collection::{btree_map, vec};
use proptest::option::of;
use proptest::prelude::*;
use proptest::sample::select;

use super::Tree;
use crate::InteractionType;

/// Any text, with quotes, controls and far planes among the rest.
pub(super) fn text() -> BoxedStrategy<Tree> {
    let some = select(vec![
        "",
        "Ann",
        "a \"quoted\" \\ word",
        "Zoë",
        "学习",
        "\u{1f600}",
        "line\nbreak\ttab\u{1}",
    ]);
    prop_oneof![3 => some.prop_map(Tree::text), 1 => vec(any::<char>(), 0..12).prop_map(|chars| Tree::text(String::from_iter(chars)))]
        .boxed()
}

pub(super) fn iri() -> BoxedStrategy<Tree> {
    iri_text().prop_map(Tree::text).boxed()
}

fn iri_text() -> BoxedStrategy<String> {
    let fixed = select(vec![
        "http://example.com/ünïcode/道",
        "https://example.com/path?query=1&b=%20#fragment",
        "urn:uuid:6f1c1e0a-9d8e-4f6b-8f6d-0b0f6a1c2d3e",
        "tag:example.com,2026:course",
        "https://w3id.org/xapi/cmi5/context/extensions/masteryscore",
    ]);
    prop_oneof![1 => fixed.prop_map(str::to_owned), 3 => (0..40_u8).prop_map(|n| format!("https://example.com/thing/{n}"))].boxed()
}

pub(super) fn uuid() -> BoxedStrategy<Tree> {
    (any::<u128>(), any::<bool>())
        .prop_map(|(bits, upper)| {
            let text = uuid::Builder::from_random_bytes(bits.to_be_bytes())
                .into_uuid()
                .to_string();
            Tree::text(if upper { text.to_uppercase() } else { text })
        })
        .boxed()
}

pub(super) fn language() -> BoxedStrategy<String> {
    select(vec![
        "en",
        "en-US",
        "en-GB",
        "fr",
        "de-CH",
        "zh-Hant",
        "sr-Latn-RS",
        "es-419",
        "cmn",
        "x-private",
    ])
    .prop_map(str::to_owned)
    .boxed()
}

pub(super) fn language_map() -> BoxedStrategy<Tree> {
    btree_map(language(), text(), 1..4).prop_map(object).boxed()
}

fn object(members: BTreeMap<String, Tree>) -> Tree {
    Tree::Object(members.into_iter().collect())
}

pub(super) fn timestamp() -> BoxedStrategy<Tree> {
    let moment = (0..4_000_000_000_i64, 0..1_000_000_i64);
    let offset = select(vec!["Z", "+00:00", "+05:30", "-08:00", "+0200", "+01", ""]);
    (moment, 0..=9_usize, offset)
        .prop_map(|((seconds, micros), digits, offset)| {
            let text = crate::Timestamp::from_micros(seconds * 1_000_000 + micros).to_string();
            let whole = text.get(..19).unwrap_or_default();
            let decimals: String = format!("{micros:06}000").chars().take(digits).collect();
            let point = if digits > 0 { "." } else { "" };
            Tree::text(format!("{whole}{point}{decimals}{offset}"))
        })
        .boxed()
}

pub(super) fn duration() -> BoxedStrategy<Tree> {
    let parts = (
        0..100_u32,
        0..100_u32,
        0..6_000_u32,
        select(vec!["", ".5", ".25", ".1234", ",99"]),
    );
    prop_oneof![
        select(vec![
            "P3Y",
            "P4W",
            "P3Y1M29DT4H35M59.14S",
            "PT0S",
            "P1.5D",
            "PT0.5H"
        ])
        .prop_map(Tree::text),
        parts.prop_map(|(h, m, s, d)| Tree::text(format!("PT{h}H{m}M{s}{d}S"))),
    ]
    .boxed()
}

/// A number's text in any notation.
pub(super) fn number() -> BoxedStrategy<Tree> {
    let plain = any::<i64>().prop_map(|n| n.to_string());
    let real = any::<f64>()
        .prop_filter("JSON has no such number", |n| n.is_finite())
        .prop_map(|n| format!("{n:?}"));
    let written = select(vec![
        "0",
        "-0",
        "0.0",
        "1e0",
        "1E+2",
        "100.00",
        "-1.5e-3",
        "12345678901234567890.123",
    ]);
    prop_oneof![plain, real, written.prop_map(str::to_owned)]
        .prop_map(Tree::Raw)
        .boxed()
}

/// Any JSON value, as extensions may hold it.
pub(super) fn any_json() -> BoxedStrategy<Tree> {
    let leaf = prop_oneof![
        select(vec!["null", "true", "false"]).prop_map(|word| Tree::Raw(word.to_owned())),
        number(),
        text(),
    ];
    let name = prop_oneof![
        select(vec!["", "a", "b", "id", "name", "\"\\"]).prop_map(str::to_owned),
        "[a-z]{1,3}"
    ];
    leaf.prop_recursive(3, 16, 4, move |inner| {
        let objects = btree_map(name.clone(), inner.clone(), 0..4).prop_map(object);
        prop_oneof![vec(inner, 0..4).prop_map(Tree::Array), objects]
    })
    .boxed()
}

pub(super) fn extensions() -> BoxedStrategy<Tree> {
    btree_map(iri_text(), any_json(), 0..3).prop_map(object).boxed()
}

/// One identifier: its member and value.
fn ifi() -> BoxedStrategy<(&'static str, Tree)> {
    let person = 0..30_u8;
    prop_oneof![
        person
            .clone()
            .prop_map(|n| ("mbox", Tree::text(format!("mailto:p{n}@Example.com")))),
        person
            .clone()
            .prop_map(|n| ("mbox_sha1sum", Tree::text(format!("{n:040X}")))),
        person
            .clone()
            .prop_map(|n| ("openid", Tree::text(format!("https://id.example.com/p{n}")))),
        (person, text()).prop_map(|(n, name)| {
            let home_page = Tree::text(format!("https://lms.example.com/{n}"));
            (
                "account",
                Tree::object([("homePage", Some(home_page)), ("name", Some(name))]),
            )
        }),
    ]
    .boxed()
}

/// An agent; `typed` where `objectType` must be said.
pub(super) fn agent(typed: bool) -> BoxedStrategy<Tree> {
    (any::<bool>(), of(text()), ifi())
        .prop_map(move |(say, name, (kind, value))| {
            let object_type = (say || typed).then(|| Tree::text("Agent"));
            Tree::object([("objectType", object_type), ("name", name), (kind, Some(value))])
        })
        .boxed()
}

pub(super) fn group() -> BoxedStrategy<Tree> {
    let object_type = || Some(Tree::text("Group"));
    let identified =
        (of(text()), ifi(), of(vec(agent(false), 0..3))).prop_map(move |(name, (kind, value), member)| {
            let member = member.map(Tree::Array);
            Tree::object([
                ("objectType", object_type()),
                ("name", name),
                (kind, Some(value)),
                ("member", member),
            ])
        });
    let anonymous = (of(text()), vec(agent(false), 1..4)).prop_map(move |(name, member)| {
        Tree::object([
            ("objectType", object_type()),
            ("name", name),
            ("member", Some(Tree::Array(member))),
        ])
    });
    prop_oneof![identified, anonymous].boxed()
}

pub(super) fn actor() -> BoxedStrategy<Tree> {
    prop_oneof![3 => agent(false), 1 => group()].boxed()
}

/// The authority that a sender may claim.
pub(super) fn authority() -> BoxedStrategy<Tree> {
    let pair = (agent(false), agent(false)).prop_map(|(application, user)| {
        let member = Tree::Array(vec![application, user]);
        Tree::object([
            ("objectType", Some(Tree::text("Group"))),
            ("member", Some(member)),
        ])
    });
    prop_oneof![3 => agent(false), 1 => pair].boxed()
}

pub(super) fn verb() -> BoxedStrategy<Tree> {
    (iri(), of(language_map()))
        .prop_map(|(id, display)| Tree::object([("id", Some(id)), ("display", display)]))
        .boxed()
}

pub(super) fn activity() -> BoxedStrategy<Tree> {
    (any::<bool>(), iri(), of(definition()))
        .prop_map(|(say, id, definition)| {
            let object_type = say.then(|| Tree::text("Activity"));
            Tree::object([
                ("objectType", object_type),
                ("id", Some(id)),
                ("definition", definition),
            ])
        })
        .boxed()
}

fn definition() -> BoxedStrategy<Tree> {
    let maps = (of(language_map()), of(language_map()));
    (maps, of(iri()), of(iri()), of(extensions()), of(interaction()))
        .prop_map(
            |((name, description), kind, more_info, extensions, interaction)| {
                let mut definition = Tree::object([
                    ("name", name),
                    ("description", description),
                    ("type", kind),
                    ("moreInfo", more_info),
                    ("extensions", extensions),
                ]);
                for (name, value) in interaction.into_iter().flatten() {
                    definition.set(&name, value);
                }
                definition
            },
        )
        .boxed()
}

fn interaction() -> BoxedStrategy<Vec<(String, Tree)>> {
    let components = btree_map("[a-z]{1,2}", of(language_map()), 0..4).prop_map(|components| {
        let component =
            |(id, description)| Tree::object([("id", Some(Tree::text(id))), ("description", description)]);
        Tree::Array(components.into_iter().map(component).collect())
    });
    (
        select(InteractionType::ALL.to_vec()),
        of(vec(text(), 0..3)),
        of(components),
    )
        .prop_map(|(kind, pattern, components)| {
            let mut members = vec![("interactionType".to_owned(), Tree::text(kind.as_str()))];
            members
                .extend(pattern.map(|pattern| ("correctResponsesPattern".to_owned(), Tree::Array(pattern))));
            for list in kind.component_lists() {
                members.extend(
                    components
                        .clone()
                        .map(|components| ((*list).to_owned(), components)),
                );
            }
            members
        })
        .boxed()
}

pub(super) fn statement_ref() -> BoxedStrategy<Tree> {
    uuid()
        .prop_map(|id| Tree::object([("objectType", Some(Tree::text("StatementRef"))), ("id", Some(id))]))
        .boxed()
}

pub(super) fn result() -> BoxedStrategy<Tree> {
    let flags = (of(any::<bool>()), of(any::<bool>()));
    (of(score()), flags, of(text()), of(duration()), of(extensions()))
        .prop_map(|(score, (success, completion), response, duration, extensions)| {
            Tree::object([
                ("score", score),
                ("success", success.map(Tree::flag)),
                ("completion", completion.map(Tree::flag)),
                ("response", response),
                ("duration", duration),
                ("extensions", extensions),
            ])
        })
        .boxed()
}

fn score() -> BoxedStrategy<Tree> {
    let scaled = of(-1_000..=1_000_i32);
    (
        scaled,
        -500..500_i32,
        0..1_000_i32,
        1..100_i32,
        any::<[bool; 3]>(),
    )
        .prop_map(|(scaled, min, above, more, [has_raw, has_min, has_max])| {
            let raw = min + above;
            let number = |n: i32| Tree::Raw(n.to_string());
            let thousandths = |n: i32| Tree::Raw(format!("{n}e-3"));
            Tree::object([
                ("scaled", scaled.map(thousandths)),
                ("raw", has_raw.then(|| number(raw))),
                ("min", has_min.then(|| number(min))),
                ("max", has_max.then(|| number(raw + more))),
            ])
        })
        .boxed()
}

pub(super) fn attachment() -> BoxedStrategy<Tree> {
    let words = select(vec![
        "text/plain",
        "text/plain; charset=utf-8",
        "application/pdf",
        "image/svg+xml",
    ]);
    (
        iri(),
        language_map(),
        of(language_map()),
        words,
        any::<u32>(),
        any::<u128>(),
        of(iri()),
    )
        .prop_map(
            |(usage_type, display, description, content_type, length, hash, file_url)| {
                Tree::object([
                    ("usageType", Some(usage_type)),
                    ("display", Some(display)),
                    ("description", description),
                    ("contentType", Some(Tree::text(content_type))),
                    ("length", Some(Tree::Raw(length.to_string()))),
                    ("sha2", Some(Tree::text(format!("{hash:064x}")))),
                    ("fileUrl", file_url),
                ])
            },
        )
        .boxed()
}
