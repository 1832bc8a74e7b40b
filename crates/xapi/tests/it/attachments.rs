//! Attachments (Data 2.4.11, 2.6).

use xapi::{SIGNATURE_USAGE_TYPE, Version};

use crate::support::{BOTH, PLAIN, accepted, received, refused, with, without};

const HASH: &str = "495395e777cd98da653df9615d09c0fd6bb2f8d4788394cd53c56a3bfdcd848a";

fn attached() -> String {
    let attachment = format!(
        r#"[{{"usageType":"http://example.com/usage","display":{{"en-US":"A"}},"description":{{"en-US":"B"}},
            "contentType":"text/plain; charset=ascii","length":27,"sha2":"{HASH}","fileUrl":"http://over.there.com/file.txt"}}]"#
    );
    with(PLAIN, "attachments", &attachment)
}

#[test]
fn an_attachment_says_what_is_attached() {
    accepted(&attached(), &BOTH);
    accepted(&with(PLAIN, "attachments", "[]"), &BOTH);
    for optional in ["description", "fileUrl"] {
        accepted(&without(&attached(), &format!("attachments.0.{optional}")), &BOTH);
    }
    let long = format!("{HASH}{HASH}");
    for (member, values) in [
        (
            "contentType",
            vec![
                "image/svg+xml",
                "application/vnd.ms-excel",
                "text/plain;charset=\"x y\"",
                "x/y; weird stuff",
            ],
        ),
        (
            "sha2",
            vec![
                &*long,
                &HASH[..56],
                "495395E777CD98DA653DF9615D09C0FD6BB2F8D4788394CD53C56A3BFDCD848A",
            ],
        ),
    ] {
        for value in values {
            accepted(
                &with(
                    &attached(),
                    &format!("attachments.0.{member}"),
                    &serde_json::json!(value).to_string(),
                ),
                &BOTH,
            );
        }
    }
    accepted(&with(&attached(), "attachments.0.length", "0"), &BOTH);
    let received = received(&attached(), Version::V1_0).unwrap();
    let attachment = &received.statement().attachments[0];
    assert_eq!((attachment.length, &*attachment.sha2), (27, HASH));
    assert_eq!(attachment.content_type, "text/plain; charset=ascii");
    assert!(!attachment.is_signature());
}

#[test]
fn an_attachment_is_refused_where_it_is_wrong() {
    for required in ["usageType", "display", "contentType", "length", "sha2"] {
        refused(
            &without(&attached(), &format!("attachments.0.{required}")),
            &BOTH,
            "$.attachments[0]",
        );
    }
    for (value, path) in [
        ("null", "$.attachments"),
        (r#""file""#, "$.attachments"),
        ("{}", "$.attachments"),
        ("[7]", "$.attachments[0]"),
    ] {
        refused(&with(PLAIN, "attachments", value), &BOTH, path);
    }
    for (member, values) in [
        ("usageType", vec![r#""usage""#, "7", "null", r#""""#]),
        ("display", vec![r#""A""#, "null", r#"["A"]"#]),
        ("description", vec![r#""A""#, "null"]),
        (
            "contentType",
            vec![
                "7",
                "null",
                r#""""#,
                r#""text""#,
                r#""text/""#,
                r#""/plain""#,
                r#""text plain/x""#,
                r#""a/b/c""#,
            ],
        ),
        (
            "length",
            vec![
                r#""27""#,
                "-1",
                "1.5",
                "1e2",
                "null",
                "true",
                "99999999999999999999999",
            ],
        ),
        (
            "sha2",
            vec![
                r#""""#,
                r#""should fail""#,
                "12345",
                "null",
                r#""495395e777cd98da""#,
            ],
        ),
        ("fileUrl", vec![r#""file.txt""#, r#""""#, "7", "null"]),
        ("fileURL", vec![r#""http://a.b""#]),
    ] {
        for value in values {
            let json = with(&attached(), &format!("attachments.0.{member}"), value);
            refused(&json, &BOTH, &format!("$.attachments[0].{member}"));
        }
    }
    let bad_language = with(&attached(), "attachments.0.display", r#"{"something":"A"}"#);
    refused(&bad_language, &BOTH, "$.attachments[0].display.something");
}

#[test]
fn a_signature_is_octets() {
    let signed = with(
        &attached(),
        "attachments.0.usageType",
        &format!("{SIGNATURE_USAGE_TYPE:?}"),
    );
    refused(&signed, &BOTH, "$.attachments[0].contentType");
    let octets = with(
        &signed,
        "attachments.0.contentType",
        r#""application/octet-stream""#,
    );
    accepted(&octets, &BOTH);
    assert!(received(&octets, Version::V1_0).unwrap().statement().attachments[0].is_signature());
}
