//! Signed statements (1.0.3, Data 2.6).

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{RSA_PKCS1_SHA256, RSA_PKCS1_SHA384, RSA_PKCS1_SHA512, RsaKeyPair};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::attachments::{Part, attachment, multipart, post, with_attachments};
use crate::harness::{Lab, on_both_stores, statement, with_id};

on_both_stores!(
    well_formed_signatures_are_taken,
    malformed_signatures_are_refused,
    a_signature_is_served_again
);

const KEY: &[u8] = include_bytes!("signer/key.der");
const SIGNER: &[u8] = include_bytes!("signer/signer.der");
const ISSUER: &[u8] = include_bytes!("signer/issuer.der");
const USAGE: &str = "http://adlnet.gov/expapi/attachments/signature";

/// A JWS in compact serialization.
fn sign(algorithm: &str, chain: &[&[u8]], payload: &str) -> String {
    let mut header = json!({"alg": algorithm});
    if !chain.is_empty() {
        header["x5c"] = json!(
            chain
                .iter()
                .map(|certificate| STANDARD.encode(certificate))
                .collect::<Vec<_>>()
        );
    }
    let signed = format!(
        "{}.{}",
        URL_SAFE_NO_PAD.encode(header.to_string()),
        URL_SAFE_NO_PAD.encode(payload)
    );
    let key = RsaKeyPair::from_pkcs8(KEY).expect("a key");
    let encoding = match algorithm {
        "RS384" => &RSA_PKCS1_SHA384,
        "RS512" => &RSA_PKCS1_SHA512,
        _ => &RSA_PKCS1_SHA256,
    };
    let mut signature = vec![0; key.public_modulus_len()];
    key.sign(encoding, &SystemRandom::new(), signed.as_bytes(), &mut signature)
        .expect("a signature");
    format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature))
}

fn signed(statement: &Value, jws: &str, kind: &str) -> Vec<u8> {
    let mut named = attachment(jws.as_bytes(), kind);
    named["usageType"] = json!(USAGE);
    let mut statement = statement.clone();
    statement["attachments"] = json!([named]);
    multipart(&[Part::json(&statement), Part::attachment(jws.as_bytes(), kind)])
}

const OCTETS: &str = "application/octet-stream";

async fn well_formed_signatures_are_taken(lab: Lab) {
    for algorithm in ["RS256", "RS384", "RS512"] {
        for chain in [&[][..], &[SIGNER], &[SIGNER, ISSUER]] {
            for version in ["1.0.3", "2.0.0"] {
                let statement = with_id(statement("ann", "did", "it"), Uuid::new_v4());
                let jws = sign(algorithm, chain, &statement.to_string());
                post(&lab, signed(&statement, &jws, OCTETS))
                    .version(version)
                    .send()
                    .await
                    .expect(200);
            }
        }
    }
    // Made before the statement had an id, laid out otherwise, and equal all the same.
    let statement = statement("ann", "did", "it");
    let payload = serde_json::to_string_pretty(&statement).expect("JSON");
    let jws = sign("RS256", &[SIGNER], &payload);
    post(&lab, signed(&with_id(statement, Uuid::new_v4()), &jws, OCTETS))
        .send()
        .await
        .expect(200);
}

async fn malformed_signatures_are_refused(lab: Lab) {
    let good = statement("ann", "did", "it");
    let text = good.to_string();
    let jws = sign("RS256", &[SIGNER, ISSUER], &text);
    let (rest, signature) = jws.rsplit_once('.').expect("a JWS");
    let other = sign("RS256", &[SIGNER], &statement("bob", "did", "it").to_string());
    let header = |header: Value| {
        let header = URL_SAFE_NO_PAD.encode(header.to_string());
        format!("{header}.{}.{signature}", URL_SAFE_NO_PAD.encode(&text))
    };
    let cases: Vec<(&str, String, &str)> = vec![
        ("another type", jws.clone(), "text/plain"),
        ("another statement", other.clone(), OCTETS),
        ("another algorithm", sign("HS256", &[], &text), OCTETS),
        ("no algorithm", header(json!({"typ": "JWS"})), OCTETS),
        ("none as algorithm", header(json!({"alg": "none"})), OCTETS),
        (
            "a critical extension",
            header(json!({"alg": "RS256", "crit": ["exp"]})),
            OCTETS,
        ),
        ("a header that is no object", header(json!("RS256")), OCTETS),
        (
            "x5c that is no list",
            header(json!({"alg": "RS256", "x5c": "x"})),
            OCTETS,
        ),
        (
            "a payload that is no JSON",
            sign("RS256", &[], &text.replacen('"', "'", 1)),
            OCTETS,
        ),
        ("a payload that is no statement", sign("RS256", &[], "{}"), OCTETS),
        ("no signature", format!("{rest}."), OCTETS),
        ("two parts", rest.to_owned(), OCTETS),
        ("one part", "abc".to_owned(), OCTETS),
        ("nothing", String::new(), OCTETS),
        ("not base64url", format!("{rest}.###"), OCTETS),
        (
            "the signature of another",
            format!("{rest}.{}", other.rsplit_once('.').expect("a JWS").1),
            OCTETS,
        ),
        (
            "another one's certificate",
            sign("RS256", &[ISSUER], &text),
            OCTETS,
        ),
        (
            "a chain that is none",
            sign("RS256", &[SIGNER, SIGNER], &text),
            OCTETS,
        ),
        (
            "a certificate that is none",
            sign("RS256", &[b"nonsense"], &text),
            OCTETS,
        ),
        (
            "a certificate with something after it",
            sign("RS256", &[&[SIGNER, b"x"].concat()], &text),
            OCTETS,
        ),
        (
            "JSON serialization",
            json!({"payload": "", "signatures": []}).to_string(),
            OCTETS,
        ),
    ];
    for (name, jws, kind) in cases {
        let problem = post(&lab, signed(&good, &jws, kind)).send().await;
        assert_eq!(problem.status, 400, "{name}: {}", problem.text());
        assert!(
            problem.json()["path"]
                .as_str()
                .is_some_and(|path| path.starts_with("$.attachments[0]")),
            "{name}"
        );
    }
    // By its URL alone nothing can be checked.
    let mut named = attachment(jws.as_bytes(), OCTETS);
    named["usageType"] = json!(USAGE);
    named["fileUrl"] = json!("http://example.com/signature");
    lab.post("/statements")
        .json(&with_attachments(&[named]))
        .send()
        .await
        .expect(400);
    assert!(lab.ids("").await.is_empty());
}

async fn a_signature_is_served_again(lab: Lab) {
    let statement = with_id(statement("ann", "did", "it"), Uuid::new_v4());
    let jws = sign("RS256", &[SIGNER], &statement.to_string());
    post(&lab, signed(&statement, &jws, OCTETS))
        .send()
        .await
        .expect(200);
    let answer = lab.get("/statements?attachments=true").send().await.expect(200);
    assert!(answer.text().contains(&jws));
}
