//! JSON web signatures in compact serialisation (RFC 7515; 1.0.3, Data 2.6).

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{RSA_PKCS1_SHA256, RSA_PKCS1_SHA384, RSA_PKCS1_SHA512, RsaEncoding, RsaKeyPair};
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use serde_json::{Value, json};

use crate::requirement::{Check, failed};

const KEY: &str = include_str!("../../fixtures/signer.key.pem");
const SIGNER: &str = include_str!("../../fixtures/signer.crt.pem");
const STRANGER: &str = include_str!("../../fixtures/stranger.crt.pem");
const AUTHORITY: &str = include_str!("../../fixtures/authority.crt.pem");

/// Which certificates the header's `x5c` carries.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Chain {
    /// None: there is no `x5c`.
    None,
    /// The signer's, and that of its issuer.
    Signer,
    /// A certificate of another key.
    Stranger,
}

/// The base64 between the armour of a PEM file.
fn pem(text: &str) -> String {
    text.lines().filter(|line| !line.starts_with("-----")).collect()
}

/// A signature over `payload`, its header naming `algorithm`. RS256, RS384 and RS512 are computed as they say;
/// under any other name the signature is RS256's.
pub(crate) fn sign(algorithm: &str, chain: Chain, payload: &Value) -> Check<String> {
    let encoding: &'static dyn RsaEncoding = match algorithm {
        "RS384" => &RSA_PKCS1_SHA384,
        "RS512" => &RSA_PKCS1_SHA512,
        _ => &RSA_PKCS1_SHA256,
    };
    let certificates = match chain {
        Chain::None => Vec::new(),
        Chain::Signer => vec![pem(SIGNER), pem(AUTHORITY)],
        Chain::Stranger => vec![pem(STRANGER), pem(AUTHORITY)],
    };
    let mut header = json!({ "alg": algorithm });
    if let (false, Some(header)) = (certificates.is_empty(), header.as_object_mut()) {
        header.insert("x5c".to_owned(), certificates.into());
    }
    let signed = format!(
        "{}.{}",
        URL_SAFE_NO_PAD.encode(header.to_string()),
        URL_SAFE_NO_PAD.encode(payload.to_string())
    );
    let own = |what: &str| failed("the test signer signs", what.to_owned());
    let key = STANDARD
        .decode(pem(KEY))
        .map_err(|_| own("its key is not base64"))?;
    let key = RsaKeyPair::from_pkcs8(&key).map_err(|_| own("its key is not PKCS #8"))?;
    let mut signature = vec![0; key.public_modulus_len()];
    key.sign(encoding, &SystemRandom::new(), signed.as_bytes(), &mut signature)
        .map_err(|_| own("signing failed"))?;
    Ok(format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature)))
}

/// The same signature with its last bytes changed: well-formed, but of nothing.
pub(crate) fn forged(jws: &str) -> String {
    let (signed, signature) = jws.rsplit_once('.').unwrap_or((jws, ""));
    let mut bytes = URL_SAFE_NO_PAD.decode(signature).unwrap_or_default();
    if let Some(last) = bytes.last_mut() {
        *last ^= 1;
    }
    format!("{signed}.{}", URL_SAFE_NO_PAD.encode(bytes))
}

#[cfg(test)]
mod tests {
    use aws_lc_rs::signature::{KeyPair, RSA_PKCS1_2048_8192_SHA384, UnparsedPublicKey};

    use super::*;

    #[test]
    fn a_signature_verifies_and_a_forged_one_does_not() {
        let key = RsaKeyPair::from_pkcs8(&STANDARD.decode(pem(KEY)).expect("base64")).expect("key");
        let jws = sign("RS384", Chain::Signer, &json!({ "a": 1 })).expect("signed");
        for (jws, good) in [(jws.clone(), true), (forged(&jws), false)] {
            let (signed, signature) = jws.rsplit_once('.').expect("three parts");
            let verdict = UnparsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA384, key.public_key().as_ref())
                .verify(
                    signed.as_bytes(),
                    &URL_SAFE_NO_PAD.decode(signature).expect("base64url"),
                );
            assert_eq!(verdict.is_ok(), good);
        }
    }
}
