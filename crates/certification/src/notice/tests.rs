use serde_json::{Value, json};
use uuid::Uuid;
use xapi::{Ifi, Limits, Timestamp, Version};

use super::{PublicUrl, Subject, statements};
use crate::certificate::{Account, Certificate, Derivation, Details, Entry, Kind, Proof, Status};

fn entry(kind: Kind, curriculum: &str) -> (Certificate, Entry) {
    let at = |text: &str| Timestamp::parse(text).unwrap();
    let proof = Proof {
        statements: vec![Uuid::from_u128(1), Uuid::from_u128(2)],
        acts: Vec::new(),
        revision: 3,
        since: None,
        hash: "abc".to_owned(),
        requirements: Derivation::of(&json!([])).unwrap(),
    };
    let expires_at = Some(at("2028-03-01T00:00:00Z"));
    let certificate = Certificate {
        id: Certificate::id_of("ann", curriculum, 1),
        person: "ann".to_owned(),
        curriculum: curriculum.to_owned(),
        number: 1,
        status: Status::Active,
        issued_at: at("2026-03-01T00:00:00Z"),
        expires_at,
        details: Details {
            title: "Operator \"A\"".to_owned(),
            curriculum_title: "Safety".to_owned(),
            decided_at: at("2026-03-02T00:00:00Z"),
            updated_at: at("2026-03-02T00:00:00Z"),
            earned_at: at("2026-03-01T00:00:00Z"),
            cycle: 1,
            suspended_at: None,
            suspended_by_need: false,
            entries: 1,
            proof: proof.clone(),
        },
    };
    let entry = Entry {
        id: Entry::id_of(certificate.id, 1, kind),
        certificate: certificate.id,
        person: "ann".to_owned(),
        curriculum: curriculum.to_owned(),
        kind,
        at: at("2026-03-01T00:00:00Z"),
        decided_at: at("2026-03-02T00:00:00Z"),
        account: Account {
            reason: "since\nit is so".to_owned(),
            told: true,
            awarded: false,
            cycle: 1,
            earned_at: at("2026-03-01T00:00:00Z"),
            expires_at,
            proof,
        },
    };
    (certificate, entry)
}

/// The statement that tells of an entry.
fn written(kind: Kind, curriculum: &str, ifi: Option<&Ifi>) -> Value {
    all_written(kind, curriculum, ifi).pop().unwrap()
}

/// All statements about an entry.
fn all_written(kind: Kind, curriculum: &str, ifi: Option<&Ifi>) -> Vec<Value> {
    let url = PublicUrl::parse("https://testamur.example.com/").unwrap();
    let (certificate, entry) = entry(kind, curriculum);
    let subject = Subject {
        id: "Ann / 7",
        name: Some("Ann"),
        ifi,
    };
    let told = statements(&url, &subject, &certificate, &entry);
    let again = statements(&url, &subject, &certificate, &entry);
    assert_eq!(told, again, "the same entry gives the same statements");
    for (id, statement) in &told {
        assert_eq!(statement["id"], json!(id));
    }
    told.into_iter().map(|(_, statement)| statement).collect()
}

#[test]
fn every_notice_is_a_valid_statement() {
    let openid = Ifi::openid("https://id.example.com/ann").unwrap();
    let account = Ifi::account("https://lms.example.com", "ann").unwrap();
    for kind in Kind::ALL {
        for ifi in [None, Some(&openid), Some(&account)] {
            for curriculum in ["safety", "a curriculum/with #odd ?signs", "Prüfung"] {
                for statement in all_written(kind, curriculum, ifi) {
                    let text = statement.to_string();
                    for version in [Version::V1_0, Version::V2_0] {
                        let parsed = xapi::parse_statement(text.as_bytes(), version, &Limits::default());
                        assert!(parsed.is_ok(), "{kind:?}: {parsed:?}\n{text}");
                    }
                }
            }
        }
    }
}

#[test]
fn what_is_earned_is_qualified_and_certified_and_the_rest_has_verbs_of_its_own() {
    let verbs = |kind| -> Vec<Value> {
        let told = all_written(kind, "safety", None);
        told.iter()
            .map(|statement| statement["verb"]["id"].clone())
            .collect()
    };
    for kind in [Kind::Issued, Kind::Renewed] {
        assert_eq!(
            verbs(kind),
            [
                "https://w3id.org/xapi/tla/verbs/qualified",
                "https://w3id.org/xapi/tla/verbs/certified"
            ]
        );
    }
    for (kind, word) in [
        (Kind::Amended, "amended"),
        (Kind::Suspended, "suspended"),
        (Kind::Reinstated, "reinstated"),
        (Kind::Expired, "expired"),
        (Kind::Revoked, "revoked"),
    ] {
        assert_eq!(verbs(kind), [format!("urn:testamur:xapi:verbs:{word}")]);
    }
}

#[test]
fn who_was_certified_by_hand_was_not_found_to_be_qualified() {
    let url = PublicUrl::parse("https://testamur.example.com").unwrap();
    let (certificate, mut entry) = entry(Kind::Issued, "safety");
    entry.account.awarded = true;
    let subject = Subject {
        id: "ann",
        name: None,
        ifi: None,
    };
    let told = statements(&url, &subject, &certificate, &entry);
    let [(id, statement)] = told.as_slice() else {
        panic!("one statement: {told:?}")
    };
    assert_eq!(*id, entry.statement_id());
    assert_eq!(
        statement["verb"]["id"],
        "https://w3id.org/xapi/tla/verbs/certified"
    );
}

#[test]
fn somebody_without_an_identifier_is_an_account_here() {
    assert_eq!(
        written(Kind::Issued, "safety", None).get("actor"),
        Some(&json!({
            "objectType": "Agent",
            "name": "Ann",
            "account": {"homePage": "https://testamur.example.com", "name": "Ann / 7"},
        }))
    );
}

#[test]
fn a_public_url_is_an_http_url() {
    for text in [
        "https://a.example",
        "http://127.0.0.1:8085/",
        "https://a.example/lms",
    ] {
        assert!(PublicUrl::parse(text).is_ok(), "{text}");
    }
    for text in [
        "",
        "a.example",
        "ftp://a.example",
        "https://a b",
        "mailto:a@b.example",
    ] {
        let error = PublicUrl::parse(text).unwrap_err().to_string();
        assert!(error.contains("expected an http or https URL"), "{text}: {error}");
    }
}

/// Our own xAPI profile, as it ships.
fn profile() -> Value {
    serde_json::from_str(include_str!("../../../../schemas/xapi-profile.jsonld")).unwrap()
}

/// What a JSONPath of the profile's rules finds: members, `['…']` and `[*]`.
fn found<'v>(value: &'v Value, location: &str) -> Vec<&'v Value> {
    let mut here = vec![value];
    let path = location
        .strip_prefix('$')
        .unwrap()
        .replace("['", "\u{0}")
        .replace("']", "\u{1}");
    let mut rest = path.as_str();
    while let Some(first) = rest.chars().next() {
        let (name, next) = match first {
            '\u{0}' => rest[1..].split_once('\u{1}').unwrap(),
            '.' => {
                let end = rest[1..]
                    .find(['.', '[', '\u{0}'])
                    .map_or(rest.len(), |end| end + 1);
                (&rest[1..end], &rest[end..])
            }
            _ => ("*", rest.strip_prefix("[*]").unwrap()),
        };
        here = here
            .into_iter()
            .flat_map(|value| match (name, value) {
                ("*", Value::Array(items)) => items.iter().collect(),
                (name, value) => value.get(name).into_iter().collect::<Vec<_>>(),
            })
            .collect();
        rest = next;
    }
    here
}

#[test]
fn every_notice_follows_a_template_of_the_profile() {
    let profile = profile();
    let templates = profile["templates"].as_array().unwrap();
    let mut used = std::collections::BTreeSet::new();
    let all = Kind::ALL.into_iter().flat_map(|kind| {
        let told = all_written(kind, "safety", None);
        told.into_iter().map(move |statement| (kind, statement))
    });
    for (kind, statement) in all {
        let determined: Vec<_> = templates
            .iter()
            .filter(|template| template["verb"] == statement["verb"]["id"])
            .filter(|template| template["objectActivityType"] == statement["object"]["definition"]["type"])
            .collect();
        let [template] = determined.as_slice() else {
            panic!("{kind:?}: {determined:?}")
        };
        used.insert(template["id"].as_str().unwrap().to_owned());
        for rule in template["rules"].as_array().unwrap() {
            let values = found(&statement, rule["location"].as_str().unwrap());
            match rule["presence"].as_str().unwrap() {
                "included" => assert!(!values.is_empty(), "{kind:?}: {rule}"),
                "excluded" => assert!(values.is_empty(), "{kind:?}: {rule}"),
                other => assert_eq!(other, "recommended"),
            }
        }
    }
    assert_eq!(used.len(), templates.len(), "no template is about nothing");
}

#[test]
fn the_profile_defines_what_is_ours() {
    let profile = profile();
    let concepts = profile["concepts"].as_array().unwrap();
    let known = |id: &str| concepts.iter().find(|concept| concept["id"] == id);
    for kind in Kind::ALL {
        let statement = written(kind, "safety", None);
        let verb = statement["verb"]["id"].as_str().unwrap();
        assert!(
            !verb.starts_with(super::VOCABULARY) || known(verb).is_some(),
            "{verb}"
        );
        for (extension, value) in statement["context"]["extensions"].as_object().unwrap() {
            if extension.starts_with(super::VOCABULARY) {
                let schema = known(extension).unwrap()["inlineSchema"].as_str().unwrap();
                let schema: Value = serde_json::from_str(schema).unwrap();
                assert!(jsonschema::is_valid(&schema, value), "{extension}: {value}");
            }
        }
    }
    let level = known("urn:testamur:xapi:extensions:kirkpatrick-level").unwrap();
    let schema: Value = serde_json::from_str(level["inlineSchema"].as_str().unwrap()).unwrap();
    for (value, valid) in [
        (json!(1), true),
        (json!(4), true),
        (json!(5), false),
        (json!("2"), false),
    ] {
        assert_eq!(jsonschema::is_valid(&schema, &value), valid, "{value}");
    }
    let mut ids: Vec<_> = concepts
        .iter()
        .chain(profile["templates"].as_array().unwrap())
        .map(|part| part["id"].as_str().unwrap())
        .collect();
    let all = ids.len();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), all, "each id once");
}
