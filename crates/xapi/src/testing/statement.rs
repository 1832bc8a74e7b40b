//! Strategies for whole statements.

use proptest::collection::vec;
use proptest::option::of;
use proptest::prelude::*;
use proptest::sample::select;

use super::{Tree, parts};
use crate::{VOIDED, Version};

pub(super) fn statement(version: Version) -> BoxedStrategy<Tree> {
    let claims = (
        of(parts::uuid()),
        of(parts::authority()),
        of(parts::timestamp()),
        of(stated_version(version)),
    );
    let said = prop_oneof![6 => core(version, true), 1 => voiding()];
    (said, claims)
        .prop_map(|(mut statement, (id, authority, stored, version))| {
            for (name, value) in [
                ("id", id),
                ("authority", authority),
                ("stored", stored),
                ("version", version),
            ] {
                if let Some(value) = value {
                    statement.set(name, value);
                }
            }
            statement
        })
        .boxed()
}

fn stated_version(version: Version) -> BoxedStrategy<Tree> {
    let known = match version {
        Version::V1_0 => vec!["1.0", "1.0.0", "1.0.3", "1.0.9"],
        Version::V2_0 => vec!["1.0", "1.0.3", "2.0.0"],
    };
    select(known).prop_map(Tree::text).boxed()
}

fn voiding() -> BoxedStrategy<Tree> {
    (parts::agent(false), parts::statement_ref())
        .prop_map(|(actor, object)| {
            let verb = Tree::object([("id", Some(Tree::text(VOIDED)))]);
            Tree::object([
                ("actor", Some(actor)),
                ("verb", Some(verb)),
                ("object", Some(object)),
            ])
        })
        .boxed()
}

/// What statements and SubStatements have in common; `outer` where the object may be a SubStatement.
fn core(version: Version, outer: bool) -> BoxedStrategy<Tree> {
    let about = if outer {
        prop_oneof![5 => about_activity(version), 2 => about_other(version), 1 => about_sub_statement(version)].boxed()
    } else {
        prop_oneof![3 => about_activity(version), 1 => about_other(version)].boxed()
    };
    (
        parts::actor(),
        parts::verb(),
        about,
        of(parts::result()),
        of(parts::timestamp()),
        of(vec(parts::attachment(), 0..3)),
    )
        .prop_map(
            |(actor, verb, (object, context), result, timestamp, attachments)| {
                Tree::object([
                    ("actor", Some(actor)),
                    ("verb", Some(verb)),
                    ("object", Some(object)),
                    ("result", result),
                    ("context", context),
                    ("timestamp", timestamp),
                    ("attachments", attachments.map(Tree::Array)),
                ])
            },
        )
        .boxed()
}

/// An object and a context that goes with it.
type About = (Tree, Option<Tree>);

fn about_activity(version: Version) -> BoxedStrategy<About> {
    (parts::activity(), of(context(version, true))).boxed()
}

fn about_other(version: Version) -> BoxedStrategy<About> {
    let object = prop_oneof![parts::agent(true), parts::group(), parts::statement_ref()];
    (object, of(context(version, false))).boxed()
}

fn about_sub_statement(version: Version) -> BoxedStrategy<About> {
    let object = core(version, false).prop_map(|mut sub| {
        sub.set("objectType", Tree::text("SubStatement"));
        sub
    });
    (object, of(context(version, false))).boxed()
}

fn context(version: Version, of_activity: bool) -> BoxedStrategy<Tree> {
    let people = (of(parts::actor()), of(parts::group()));
    let words = (
        of(parts::text()),
        of(parts::text()),
        of(parts::language().prop_map(Tree::Text)),
    );
    let related = (
        of(related("contextAgent", "agent")),
        of(related("contextGroup", "group")),
    );
    let rest = (
        of(parts::uuid()),
        of(context_activities()),
        of(parts::statement_ref()),
        of(parts::extensions()),
    );
    (people, words, related, rest)
        .prop_map(
            move |((instructor, team), (revision, platform, language), (agents, groups), rest)| {
                let (registration, activities, statement, extensions) = rest;
                Tree::object([
                    ("registration", registration),
                    ("instructor", instructor),
                    ("team", team),
                    ("contextActivities", activities),
                    ("revision", revision.filter(|_| of_activity)),
                    ("platform", platform.filter(|_| of_activity)),
                    ("language", language),
                    ("statement", statement),
                    ("extensions", extensions),
                    ("contextAgents", agents.filter(|_| version == Version::V2_0)),
                    ("contextGroups", groups.filter(|_| version == Version::V2_0)),
                ])
            },
        )
        .boxed()
}

fn context_activities() -> BoxedStrategy<Tree> {
    let list =
        || of(prop_oneof![3 => vec(parts::activity(), 0..3).prop_map(Tree::Array), 1 => parts::activity()]);
    (list(), list(), list(), list())
        .prop_map(|(parent, grouping, category, other)| {
            Tree::object([
                ("parent", parent),
                ("grouping", grouping),
                ("category", category),
                ("other", other),
            ])
        })
        .boxed()
}

fn related(object_type: &'static str, who: &'static str) -> BoxedStrategy<Tree> {
    let one = if who == "agent" {
        parts::agent(false)
    } else {
        parts::group()
    };
    let element = (one, of(vec(parts::iri(), 1..3))).prop_map(move |(one, types)| {
        let types = types.map(Tree::Array);
        Tree::object([
            ("objectType", Some(Tree::text(object_type))),
            (who, Some(one)),
            ("relevantTypes", types),
        ])
    });
    vec(element, 0..3).prop_map(Tree::Array).boxed()
}
