//! Agents, groups and identifiers (xAPI 1.0.3 Data 2.4.2).

use xapi::{Actor, Ifi, Object, Version};

use crate::support::{BOTH, PLAIN, accepts, received, refuses, refuses_but_strings, with};

const SHA1: &str = "cd9b00a5611f94eaa7b1661edab976068e364975";

#[test]
fn an_agent_has_one_identifier_and_perhaps_a_name() {
    let sha1 = format!(r#"{{"mbox_sha1sum":"{SHA1}"}}"#);
    let upper = format!(r#"{{"mbox_sha1sum":"{}"}}"#, SHA1.to_uppercase());
    accepts(
        PLAIN,
        "actor",
        &[
            r#"{"mbox":"mailto:a@b.c"}"#,
            r#"{"mbox":"mailto:first.last+tag@sub.example.com"}"#,
            r#"{"mbox":"mailto:a@localhost"}"#,
            r#"{"mbox":"mailto:o'neil@example.com"}"#,
            r#"{"mbox":"mailto:zoë@exämple.com"}"#,
            r#"{"mbox":"mailto:a@[192.0.2.1]"}"#,
            &sha1,
            &upper,
            r#"{"openid":"https://id.example.com/ann"}"#,
            r#"{"account":{"homePage":"https://lms.example.com","name":"42"}}"#,
            r#"{"account":{"homePage":"https://lms.example.com","name":""}}"#,
            r#"{"account":{"name":"42","homePage":"urn:lms:1"}}"#,
            r#"{"objectType":"Agent","name":"","mbox":"mailto:a@b.c"}"#,
            r#"{"name":"Ann","objectType":"Agent","openid":"https://id.example.com/ann"}"#,
        ],
    );
}

#[test]
fn what_is_no_agent_is_refused_where_it_is_wrong() {
    refuses_but_strings(PLAIN, "actor.name");
    refuses_but_strings(PLAIN, "actor.objectType");
    refuses_but_strings(PLAIN, "actor.mbox");
    refuses(
        PLAIN,
        "actor",
        &[
            ("null", "$.actor"),
            (r#""mailto:a@b.c""#, "$.actor"),
            ("[]", "$.actor"),
            ("{}", "$.actor"),
            (r#"{"name":"Ann"}"#, "$.actor"),
            (r#"{"objectType":"Agent"}"#, "$.actor"),
            (
                r#"{"objectType":"agent","mbox":"mailto:a@b.c"}"#,
                "$.actor.objectType",
            ),
            (
                r#"{"objectType":"Person","mbox":"mailto:a@b.c"}"#,
                "$.actor.objectType",
            ),
            (
                r#"{"objectType":"Activity","mbox":"mailto:a@b.c"}"#,
                "$.actor.objectType",
            ),
            (r#"{"mbox":"mailto:a@b.c","mail":"x"}"#, "$.actor.mail"),
            (r#"{"Mbox":"mailto:a@b.c"}"#, "$.actor.Mbox"),
            (r#"{"mbox":"mailto:a@b.c","member":[]}"#, "$.actor.member"),
            (r#"{"mbox":"mailto:a@b.c","openid":"https://a.b"}"#, "$.actor"),
            (
                r#"{"mbox":"mailto:a@b.c","account":{"homePage":"http://a.b","name":"x"}}"#,
                "$.actor",
            ),
            (
                &format!(r#"{{"mbox_sha1sum":"{SHA1}","openid":"https://a.b"}}"#),
                "$.actor",
            ),
        ],
    );
}

#[test]
fn an_mbox_is_mailto_and_an_address() {
    for text in [
        "",
        "mailto:",
        "mailto:@example.com",
        "mailto:a@",
        "mailto:should.fail.com",
        "http://should.fail.com",
        "a@example.com",
        "MAILTO:a@example.com",
        "mailto:a b@example.com",
        "mailto:a@exa mple.com",
        "mailto:a@example..com",
        "mailto:a@.example.com",
        "mailto:a@-example.com",
        "mailto:a@example.com?subject=x",
        "mailto:a@example.com,b@example.com",
        "mailto:a,b@example.com",
        "mailto:a@b@example.com",
        " mailto:a@example.com",
    ] {
        let json = format!(r#"{{"mbox":{}}}"#, serde_json::json!(text));
        refuses(PLAIN, "actor", &[(&json, "$.actor.mbox")]);
    }
}

#[test]
fn other_identifiers_have_their_forms() {
    refuses(
        PLAIN,
        "actor",
        &[
            (r#"{"mbox_sha1sum":""}"#, "$.actor.mbox_sha1sum"),
            (
                r#"{"mbox_sha1sum":"cd9b00a5611f94eaa7b1661edab976068e36497"}"#,
                "$.actor.mbox_sha1sum",
            ),
            (
                r#"{"mbox_sha1sum":"cd9b00a5611f94eaa7b1661edab976068e3649755"}"#,
                "$.actor.mbox_sha1sum",
            ),
            (
                r#"{"mbox_sha1sum":"gd9b00a5611f94eaa7b1661edab976068e364975"}"#,
                "$.actor.mbox_sha1sum",
            ),
            (r#"{"mbox_sha1sum":12345}"#, "$.actor.mbox_sha1sum"),
            (r#"{"openid":""}"#, "$.actor.openid"),
            (r#"{"openid":"id.example.com/ann"}"#, "$.actor.openid"),
            (r#"{"openid":"ab=c://should.fail.com"}"#, "$.actor.openid"),
            (r#"{"openid":null}"#, "$.actor.openid"),
            (r#"{"account":"ann"}"#, "$.actor.account"),
            (r#"{"account":{}}"#, "$.actor.account"),
            (r#"{"account":{"homePage":"http://a.b"}}"#, "$.actor.account"),
            (r#"{"account":{"name":"x"}}"#, "$.actor.account"),
            (
                r#"{"account":{"homePage":"a.b/c","name":"x"}}"#,
                "$.actor.account.homePage",
            ),
            (
                r#"{"account":{"homePage":"","name":"x"}}"#,
                "$.actor.account.homePage",
            ),
            (
                r#"{"account":{"homePage":"http://a.b","name":7}}"#,
                "$.actor.account.name",
            ),
            (
                r#"{"account":{"homePage":"http://a.b","name":{"key":"v"}}}"#,
                "$.actor.account.name",
            ),
            (
                r#"{"account":{"homepage":"http://a.b","name":"x"}}"#,
                "$.actor.account.homepage",
            ),
            (
                r#"{"account":{"homePage":"http://a.b","name":"x","id":1}}"#,
                "$.actor.account.id",
            ),
        ],
    );
}

#[test]
fn groups_are_identified_or_list_their_members() {
    accepts(
        PLAIN,
        "actor",
        &[
            r#"{"objectType":"Group","mbox":"mailto:team@example.com"}"#,
            r#"{"objectType":"Group","name":"T","openid":"https://t.example.com","member":[]}"#,
            r#"{"objectType":"Group","account":{"homePage":"http://a.b","name":"t"},"member":[{"mbox":"mailto:a@b.c"}]}"#,
            r#"{"objectType":"Group","member":[{"mbox":"mailto:a@b.c"}]}"#,
            r#"{"objectType":"Group","name":"T","member":[{"objectType":"Agent","name":"A","mbox":"mailto:a@b.c"},{"openid":"http://a.b"}]}"#,
        ],
    );
    refuses(
        PLAIN,
        "actor",
        &[
            (r#"{"objectType":"Group"}"#, "$.actor.member"),
            (r#"{"objectType":"Group","name":"T"}"#, "$.actor.member"),
            (r#"{"objectType":"Group","member":[]}"#, "$.actor.member"),
            (
                r#"{"objectType":"Group","member":{"mbox":"mailto:a@b.c"}}"#,
                "$.actor.member",
            ),
            (r#"{"objectType":"Group","member":"Ann"}"#, "$.actor.member"),
            (r#"{"objectType":"Group","member":null}"#, "$.actor.member"),
            (
                r#"{"objectType":"Group","member":[{"name":"Ann"}]}"#,
                "$.actor.member[0]",
            ),
            (
                r#"{"objectType":"Group","member":[{"mbox":"mailto:a@b.c"},"x"]}"#,
                "$.actor.member[1]",
            ),
            (
                r#"{"objectType":"Group","member":[{"objectType":"Group","mbox":"mailto:a@b.c"}]}"#,
                "$.actor.member[0].objectType",
            ),
            (
                r#"{"objectType":"Group","mbox":"mailto:t@b.c","member":[{"objectType":"Group","member":[{"mbox":"mailto:a@b.c"}]}]}"#,
                "$.actor.member[0].objectType",
            ),
            (
                r#"{"objectType":"Group","members":[{"mbox":"mailto:a@b.c"}]}"#,
                "$.actor.members",
            ),
            (
                r#"{"objectType":"Group","mbox":"mailto:t@b.c","openid":"http://a.b"}"#,
                "$.actor",
            ),
            (
                r#"{"objectType":"group","mbox":"mailto:t@b.c"}"#,
                "$.actor.objectType",
            ),
            (r#"{"member":[{"mbox":"mailto:a@b.c"}]}"#, "$.actor.member"),
        ],
    );
}

#[test]
fn an_authority_is_an_agent_or_the_pair_of_oauth() {
    accepts(
        PLAIN,
        "authority",
        &[
            r#"{"mbox":"mailto:a@b.c"}"#,
            r#"{"objectType":"Group","member":[{"account":{"homePage":"http://a.b/token","name":"app"}},{"mbox":"mailto:a@b.c"}]}"#,
        ],
    );
    let one = r#"{"mbox":"mailto:a@b.c"}"#;
    refuses(
        PLAIN,
        "authority",
        &[
            ("null", "$.authority"),
            (r#"{"key":"value"}"#, "$.authority.key"),
            (
                &format!(r#"{{"objectType":"Group","member":[{one}]}}"#),
                "$.authority.member",
            ),
            (
                &format!(r#"{{"objectType":"Group","member":[{one},{one},{one}]}}"#),
                "$.authority.member",
            ),
            (r#"{"objectType":"Group","mbox":"mailto:t@b.c"}"#, "$.authority"),
            (
                &format!(r#"{{"objectType":"Group","mbox":"mailto:t@b.c","member":[{one},{one}]}}"#),
                "$.authority",
            ),
        ],
    );
}

#[test]
fn agents_and_groups_as_objects_say_that_they_are() {
    let agent = with(PLAIN, "object", r#"{"objectType":"Agent","mbox":"mailto:a@b.c"}"#);
    assert!(matches!(
        received(&agent, Version::V1_0).unwrap().statement().object,
        Object::Agent(_)
    ));
    let group = with(PLAIN, "object", r#"{"objectType":"Group","mbox":"mailto:a@b.c"}"#);
    assert!(matches!(
        received(&group, Version::V1_0).unwrap().statement().object,
        Object::Group(_)
    ));
    refuses(
        PLAIN,
        "object",
        &[
            (r#"{"mbox":"mailto:a@b.c"}"#, "$.object.mbox"),
            (r#"{"objectType":"Agent","name":"A"}"#, "$.object"),
            (r#"{"objectType":"Group","name":"A"}"#, "$.object.member"),
        ],
    );
}

#[test]
fn an_actor_alone_is_held_to_the_same_rules() {
    for version in BOTH {
        let agent = Actor::parse(br#"{"mbox":"mailto:a@B.c"}"#, version).unwrap();
        assert_eq!(agent.ifi(), Some(&Ifi::Mbox("mailto:a@b.C".to_owned())));
        assert_eq!(agent.to_json(), r#"{"objectType":"Agent","mbox":"mailto:a@B.c"}"#);
        let group = Actor::parse(
            br#"{"objectType":"Group","name":"T","member":[{"openid":"http://a.b"}]}"#,
            version,
        );
        let group = group.unwrap();
        assert_eq!(
            (group.ifi(), group.members().len(), group.name()),
            (None, 1, Some("T"))
        );
        assert_eq!(Actor::parse(group.to_json().as_bytes(), version).unwrap(), group);
        for (text, path) in [
            (r#"{"mbox":"mailto:a@b.c"#, "$"),
            (r#"{"mbox":"mailto:a@b.c","mbox":"mailto:a@b.c"}"#, "$"),
            (r#"{"mbox":"a@b.c"}"#, "$.mbox"),
            ("[]", "$"),
            ("wrong", "$"),
            ("", "$"),
        ] {
            assert_eq!(
                Actor::parse(text.as_bytes(), version).unwrap_err().path(),
                path,
                "{text}"
            );
        }
    }
}

#[test]
fn identifiers_are_compared_as_the_standard_says() {
    let mbox = |text: &str| Ifi::mbox(text).unwrap();
    let hash = |text: &str| Ifi::mbox_sha1sum(text).unwrap();
    let account = |home: &str, name: &str| Ifi::account(home, name).unwrap();
    let same = [
        (mbox("mailto:a@EXAMPLE.com"), mbox("mailto:a@example.COM")),
        (hash(SHA1), hash(&SHA1.to_uppercase())),
    ];
    for (one, other) in same {
        assert_eq!(one, other);
        assert_eq!(one.key(), other.key());
        assert!(one.cmp(&other).is_eq());
    }
    let different = [
        (mbox("mailto:A@example.com"), mbox("mailto:a@example.com")),
        (account("http://a.b", "Ann"), account("http://a.b", "ann")),
        (account("http://a.b", "1:x"), account("http://a.b:1", "x")),
        (account("http://a.b/", "x"), account("http://a.b", "x")),
        (
            Ifi::openid("http://a.b").unwrap(),
            Ifi::openid("http://a.b/").unwrap(),
        ),
        (Ifi::openid("http://a.b").unwrap(), account("http://a.b", "")),
    ];
    for (one, other) in different {
        assert_ne!(one, other);
        assert_ne!(one.key(), other.key());
        assert!(one.cmp(&other).is_ne());
    }
}

#[test]
fn identifiers_travel_in_the_form_of_the_standard() {
    let rows = [
        r#"{"mbox":"mailto:a@b.c"}"#.to_owned(),
        format!(r#"{{"mbox_sha1sum":"{SHA1}"}}"#),
        r#"{"openid":"http://a.b/c"}"#.to_owned(),
        r#"{"account":{"homePage":"http://a.b","name":"A \"quoted\" n\u00e4me"}}"#.replace("\\u00e4", "ä"),
    ];
    for row in rows {
        let ifi: Ifi = serde_json::from_str(&row).unwrap();
        assert_eq!(serde_json::to_string(&ifi).unwrap(), row);
        assert_eq!(ifi.to_json(), row);
    }
    for bad in [
        "{}",
        r#"{"mbox":"a@b.c"}"#,
        r#"{"mbox":"mailto:a@b.c","openid":"http://a.b"}"#,
        r#"{"mbox":"mailto:a@b.c","name":"x"}"#,
        r#"{"account":{"homePage":"http://a.b"}}"#,
    ] {
        assert!(serde_json::from_str::<Ifi>(bad).is_err(), "{bad}");
    }
}
