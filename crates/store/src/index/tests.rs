use serde_json::{Value, json};
use uuid::Uuid;
use xapi::{Ifi, Iri, Limits, Version};

use super::*;

fn ifi(name: &str) -> Ifi {
    Ifi::mbox(&format!("mailto:{name}@example.com")).unwrap()
}

fn iri(name: &str) -> Iri {
    Iri::parse(&format!("https://example.com/{name}")).unwrap()
}

fn agent(name: &str) -> Value {
    json!({"objectType": "Agent", "mbox": format!("mailto:{name}@example.com")})
}

fn group(name: Option<&str>, members: &[&str]) -> Value {
    let mut group =
        json!({"objectType": "Group", "member": members.iter().map(|name| agent(name)).collect::<Vec<_>>()});
    if let Some(name) = name {
        group["mbox"] = json!(format!("mailto:{name}@example.com"));
    }
    group
}

fn activity(name: &str) -> Value {
    json!({"id": iri(name)})
}

/// The keys of a statement by "ann", "did" "this", with other members set.
fn keys(members: Value) -> IndexKeys {
    let mut statement =
        json!({"actor": agent("ann"), "verb": {"id": iri("did")}, "object": activity("this")});
    for (member, value) in members.as_object().unwrap() {
        statement[member] = value.clone();
    }
    let body = statement.to_string();
    let received = xapi::parse_statement(body.as_bytes(), Version::V2_0, &Limits::default())
        .unwrap_or_else(|error| panic!("{error}: {body}"));
    let authority = Actor::Agent(xapi::Agent {
        name: None,
        ifi: ifi("authority"),
    });
    IndexKeys::of(
        received.seal(Uuid::nil(), &authority).statement(),
        &ifi("authority"),
    )
}

/// What every statement of these tests has, and these.
fn expected(agents: &[&str], activity: Option<&str>, related_agents: &[&str], related: &[&str]) -> IndexKeys {
    let mut keys = vec![
        IndexKey::authority(&ifi("authority")),
        IndexKey::verb(&iri("did")),
    ];
    keys.extend(agents.iter().map(|name| IndexKey::agent(&ifi(name))));
    keys.extend(activity.iter().map(|name| IndexKey::activity(&iri(name))));
    keys.extend(
        related_agents
            .iter()
            .map(|name| IndexKey::related_agent(&ifi(name))),
    );
    keys.extend(related.iter().map(|name| IndexKey::related_activity(&iri(name))));
    keys.into_iter().collect()
}

#[test]
fn who_and_what_a_statement_names_are_its_keys() {
    let none: &[&str] = &[];
    let cases = [
        (json!({}), expected(&["ann"], Some("this"), none, none)),
        (
            json!({"actor": group(Some("team"), &["ben"])}),
            expected(&["team", "ben"], Some("this"), none, none),
        ),
        (
            json!({"actor": group(None, &["ben", "cid"])}),
            expected(&["ben", "cid"], Some("this"), none, none),
        ),
        (
            json!({"object": agent("ben")}),
            expected(&["ann", "ben"], None, none, none),
        ),
        (
            json!({"object": group(Some("team"), &["ben"])}),
            expected(&["ann", "team", "ben"], None, none, none),
        ),
        (
            json!({"object": {"objectType": "StatementRef", "id": Uuid::nil()}}),
            expected(&["ann"], None, none, none),
        ),
        (
            json!({"context": {"instructor": agent("ben")}}),
            expected(&["ann"], Some("this"), &["ben"], none),
        ),
        (
            json!({"context": {"instructor": group(None, &["ben", "cid"])}}),
            expected(&["ann"], Some("this"), &["ben", "cid"], none),
        ),
        (
            json!({"context": {"team": group(Some("team"), &["ben"])}}),
            expected(&["ann"], Some("this"), &["team", "ben"], none),
        ),
        (
            json!({"context": {"contextAgents": [{"objectType": "contextAgent", "agent": agent("ben")}],
                "contextGroups": [{"objectType": "contextGroup", "group": group(Some("team"), &["cid"])}]}}),
            expected(&["ann"], Some("this"), &["ben", "team", "cid"], none),
        ),
        (
            json!({"context": {"contextActivities": {"parent": [activity("a")], "grouping": [activity("b")],
                "category": [activity("c"), activity("d")], "other": [activity("e")]}}}),
            expected(&["ann"], Some("this"), none, &["a", "b", "c", "d", "e"]),
        ),
        (
            json!({"object": {"objectType": "SubStatement", "actor": agent("ben"), "verb": {"id": iri("planned")},
                "object": activity("that"), "context": {"instructor": agent("cid"),
                "contextActivities": {"parent": [activity("a")]}}}}),
            expected(&["ann"], None, &["ben", "cid"], &["that", "a"]),
        ),
        (
            json!({"object": {"objectType": "SubStatement", "actor": agent("ben"), "verb": {"id": iri("planned")},
                "object": group(Some("team"), &["cid"])}}),
            expected(&["ann"], None, &["ben", "team", "cid"], none),
        ),
    ];
    for (members, expected) in cases {
        assert_eq!(keys(members.clone()), expected, "{members}");
    }
}

#[test]
fn related_keys_hold_only_what_the_plain_ones_do_not() {
    let context = json!({"instructor": agent("ann"), "team": group(Some("team"), &["authority", "ann", "ben"]),
        "contextActivities": {"parent": [activity("this"), activity("that")]}});
    assert_eq!(
        keys(json!({"context": context})),
        expected(&["ann"], Some("this"), &["team", "ben"], &["that"])
    );
}

#[test]
fn the_registration_is_a_key() {
    let registration = Uuid::from_u128(7);
    let keys = keys(json!({"context": {"registration": registration}}));
    assert!(keys.as_slice().contains(&IndexKey::registration(&registration)));
    assert_eq!(keys.as_slice().len(), 5);
}

#[test]
fn keys_are_sorted_and_each_there_once() {
    let keys = keys(json!({"actor": group(None, &["ann", "ann", "ben"]), "object": agent("ann")}));
    assert!(keys.as_slice().is_sorted_by(|a, b| a < b));
    assert_eq!(keys, expected(&["ann", "ben"], None, &[], &[]));
}

#[test]
fn one_value_has_another_key_in_each_kind() {
    let (agent, registration) = (ifi("same"), Uuid::nil());
    let same = Iri::parse(&agent.key()).unwrap();
    let keys: IndexKeys = [
        IndexKey::agent(&agent),
        IndexKey::related_agent(&agent),
        IndexKey::authority(&agent),
        IndexKey::activity(&same),
        IndexKey::related_activity(&same),
        IndexKey::verb(&same),
        IndexKey::registration(&registration),
    ]
    .into_iter()
    .collect();
    assert_eq!(keys.as_slice().len(), 7);
}

#[test]
fn agents_that_the_standard_calls_the_same_share_their_keys() {
    let (small, large) = (
        Ifi::mbox("mailto:ann@example.com").unwrap(),
        Ifi::mbox("mailto:ann@EXAMPLE.com").unwrap(),
    );
    assert_eq!(IndexKey::agent(&small), IndexKey::agent(&large));
    assert_ne!(
        IndexKey::agent(&small),
        IndexKey::agent(&Ifi::mbox("mailto:Ann@example.com").unwrap())
    );
}

#[test]
fn everything_is_inherited_as_it_is_but_the_authority() {
    let agent = ifi("ann");
    assert_eq!(
        IndexKey::authority(&agent).inherited(),
        IndexKey::related_agent(&agent)
    );
    for key in [
        IndexKey::agent(&agent),
        IndexKey::related_agent(&agent),
        IndexKey::activity(&iri("this")),
        IndexKey::related_activity(&iri("this")),
        IndexKey::verb(&iri("did")),
        IndexKey::registration(&Uuid::nil()),
    ] {
        assert_eq!(key.inherited(), key);
    }
}

/// Keys are kept: another key for the same value would lose what is there.
#[test]
fn keys_never_change() {
    let ann = ifi("ann");
    let kept = [
        (IndexKey::agent(&ann), -8_203_456_838_028_099_072),
        (IndexKey::related_agent(&ann), -8_203_456_838_028_099_071),
        (
            IndexKey::authority(&Ifi::account("https://example.com", "ann").unwrap()),
            9_189_844_089_056_671_298,
        ),
        (IndexKey::activity(&iri("this")), -1_878_883_666_080_631_125),
        (
            IndexKey::related_activity(&iri("this")),
            -1_878_883_666_080_631_124,
        ),
        (IndexKey::verb(&iri("did")), 8_930_471_763_031_584_661),
        (
            IndexKey::registration(&Uuid::from_u128(7)),
            1_634_461_887_778_438_374,
        ),
    ];
    for (key, number) in kept {
        assert_eq!(key, IndexKey(number));
    }
}
