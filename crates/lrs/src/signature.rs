//! Signed statements (1.0.3, Data 2.6): the signature must be well formed, of this very statement, and right by the
//! certificate it brings.

use aws_lc_rs::signature::{
    RSA_PKCS1_2048_8192_SHA256, RSA_PKCS1_2048_8192_SHA384, RSA_PKCS1_2048_8192_SHA512, RsaParameters,
    UnparsedPublicKey,
};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use serde::Deserialize;
use web::Problem;
use x509_parser::certificate::X509Certificate;
use x509_parser::prelude::FromDer as _;
use xapi::{Attachment, Limits, ReceivedStatement, Statement, Version};

use crate::attachments::Signatures;
use crate::refusal;

const RULE: &str = "xAPI 1.0.3 Data 2.6";

/// What is wrong with a signature.
#[derive(Debug, thiserror::Error)]
enum Fault {
    #[error("its content must come with the request, as a part of multipart/mixed")]
    Absent,
    #[error("it is no JWS in compact serialization (RFC 7515, 3.1): {0}")]
    Jws(&'static str),
    #[error("its algorithm is {0:?}; expected RS256, RS384 or RS512")]
    Algorithm(String),
    #[error("its payload is not a valid statement: {0}")]
    Payload(xapi::ValidationError),
    #[error("its payload is another statement than the one it is attached to")]
    OtherStatement,
    #[error("the certificate {0} of its \"x5c\" can not be read: {1}")]
    Certificate(usize, &'static str),
    #[error("the certificate {0} of its \"x5c\" was not issued by the one that follows it")]
    Chain(usize),
    #[error("it does not match the key of its own certificate")]
    Mismatch,
}

/// 400 for a statement with a signature that is not right; that its type is `application/octet-stream` has been seen
/// to in validation. Signatures are not asked whom they are by: "the step of
/// validating against the included X.509 certificate is intended as a way to catch mistakes, not as a security
/// measure".
pub(crate) fn check(
    statements: &[ReceivedStatement],
    contents: &Signatures,
    version: Version,
    single: bool,
) -> Result<(), Problem> {
    for (index, received) in statements.iter().enumerate() {
        check_all(received.statement(), contents, version).map_err(|(path, rule, message)| {
            let path = if single {
                path
            } else {
                path.replacen('$', &format!("$[{index}]"), 1)
            };
            refusal::at(path, rule, message).with("statement_index", index)
        })?;
    }
    Ok(())
}

/// The same for one statement; answers the place of the signature that is not right, the rule, and why.
pub(crate) fn check_all(
    statement: &Statement,
    contents: &Signatures,
    version: Version,
) -> Result<(), (String, &'static str, String)> {
    for (at, attachment) in statement.attachments.iter().enumerate() {
        if attachment.is_signature() {
            check_one(statement, attachment, contents, version).map_err(|fault| {
                (
                    format!("$.attachments[{at}]"),
                    RULE,
                    format!("the statement's signature is malformed: {fault}"),
                )
            })?;
        }
    }
    Ok(())
}

fn check_one(
    statement: &Statement,
    attachment: &Attachment,
    contents: &Signatures,
    version: Version,
) -> Result<(), Fault> {
    let content = contents
        .get(&attachment.sha2.to_ascii_lowercase())
        .ok_or(Fault::Absent)?;
    let jws = Jws::parse(content)?;
    let signed = xapi::parse_statement(&jws.payload, version, &Limits::default()).map_err(Fault::Payload)?;
    if signed.statement().unsigned_fingerprint() != statement.unsigned_fingerprint() {
        return Err(Fault::OtherStatement);
    }
    jws.verify()
}

/// A JSON Web Signature, taken apart.
struct Jws<'a> {
    /// What is signed: header and payload as they were sent.
    signed: &'a [u8],
    parameters: &'static RsaParameters,
    chain: Vec<Vec<u8>>,
    payload: Vec<u8>,
    signature: Vec<u8>,
}

/// The header's members that matter here.
#[derive(Deserialize)]
struct Header {
    alg: String,
    #[serde(default)]
    x5c: Vec<String>,
    /// Extensions that must be understood; none are (RFC 7515, 4.1.11).
    #[serde(default)]
    crit: Vec<String>,
}

impl<'a> Jws<'a> {
    fn parse(content: &'a [u8]) -> Result<Self, Fault> {
        let text = std::str::from_utf8(content)
            .map_err(|_| Fault::Jws("it is not text"))?
            .trim();
        let (signed, signature) = text.rsplit_once('.').ok_or(Fault::Jws("it has no dots"))?;
        let (header, payload) = signed
            .split_once('.')
            .ok_or(Fault::Jws("it has one dot, not two"))?;
        let decode = |part: &str, fault| URL_SAFE_NO_PAD.decode(part).map_err(|_| Fault::Jws(fault));
        let header: Header = serde_json::from_slice(&decode(header, "its header is not base64url")?)
            .map_err(|_| Fault::Jws("its header is not a JSON object with \"alg\""))?;
        if !header.crit.is_empty() {
            return Err(Fault::Jws(
                "its header has critical extensions, and none is known here",
            ));
        }
        let parameters = match header.alg.as_str() {
            "RS256" => &RSA_PKCS1_2048_8192_SHA256,
            "RS384" => &RSA_PKCS1_2048_8192_SHA384,
            "RS512" => &RSA_PKCS1_2048_8192_SHA512,
            _ => return Err(Fault::Algorithm(header.alg.chars().take(20).collect())),
        };
        let chain = header
            .x5c
            .iter()
            .enumerate()
            // Standard base64, not base64url (RFC 7515, 4.1.6).
            .map(|(at, text)| {
                STANDARD
                    .decode(text)
                    .map_err(|_| Fault::Certificate(at, "it is not base64"))
            })
            .collect::<Result<_, _>>()?;
        Ok(Self {
            signed: signed.as_bytes(),
            parameters,
            chain,
            payload: decode(payload, "its payload is not base64url")?,
            signature: decode(signature, "its signature is not base64url")?,
        })
    }

    /// Checks the signature by the first certificate, and each certificate by the next (RFC 7515, 4.1.6). Dates are
    /// not looked at: a statement may be old when it arrives. Without a certificate there is nothing to check by.
    fn verify(&self) -> Result<(), Fault> {
        let chain: Vec<_> = self
            .chain
            .iter()
            .enumerate()
            .map(|(at, der)| match X509Certificate::from_der(der) {
                Ok(([], certificate)) => Ok(certificate),
                Ok(_) => Err(Fault::Certificate(at, "there is something after it")),
                Err(_) => Err(Fault::Certificate(at, "it is not DER")),
            })
            .collect::<Result<_, _>>()?;
        for (at, (certificate, issuer)) in chain.iter().zip(chain.iter().skip(1)).enumerate() {
            if certificate.issuer() != issuer.subject()
                || certificate.verify_signature(Some(issuer.public_key())).is_err()
            {
                return Err(Fault::Chain(at));
            }
        }
        let Some(signer) = chain.first() else {
            return Ok(());
        };
        let key = UnparsedPublicKey::new(self.parameters, &signer.public_key().subject_public_key.data);
        key.verify(self.signed, &self.signature)
            .map_err(|_| Fault::Mismatch)
    }
}
