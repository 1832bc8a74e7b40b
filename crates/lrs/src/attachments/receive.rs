//! Attachments in: every part must be one that a statement names, and every attachment must come or have a URL.

use std::collections::HashMap;
use std::fmt;

use bytes::{Bytes, BytesMut};
use futures_util::{StreamExt, stream};
use sha2::{Digest, Sha224, Sha256, Sha384, Sha512};
use store::{Sha2, StoreError, StoreResult};
use tokio::sync::mpsc;
use web::Problem;
use xapi::{Attachment, Object, ReceivedStatement, Statement};

use super::parts::{Parts, RULE, malformed};
use super::reader::Head;
use crate::app::Visit;
use crate::content_type::ContentType;
use crate::refusal;

/// How many pieces may wait between the request and the store.
const WAITING: usize = 4;
/// The longest signature that is looked at, in bytes: a statement and a certificate chain, in base64.
pub(crate) const MAX_SIGNATURE: usize = 4 * 1024 * 1024;

/// The contents of signatures by their SHA-2 in lower case.
pub(crate) type Signatures = HashMap<String, Bytes>;

/// What the statements say of one content.
#[derive(Default)]
struct Named<'a> {
    /// Several may be the same content.
    attachments: Vec<&'a Attachment>,
    signature: bool,
    received: bool,
}

/// Receives the attachments of these statements into the store, and answers what signatures are among them. Without
/// parts, every attachment must have a URL (1.0.3, Communication 1.5.1).
pub(crate) async fn receive(
    visit: Visit<'_>,
    statements: &[ReceivedStatement],
    parts: Option<Parts>,
    single: bool,
) -> Result<Signatures, Problem> {
    let mut named: HashMap<String, Named<'_>> = HashMap::new();
    for (_, attachment) in statements.iter().flat_map(|received| all(received.statement())) {
        let entry = named.entry(attachment.sha2.to_ascii_lowercase()).or_default();
        entry.attachments.push(attachment);
        entry.signature |= attachment.is_signature();
    }
    let mut signatures = Signatures::new();
    if let Some(mut parts) = parts {
        while let Some(head) = parts.next().await? {
            let part = parts.number();
            let hash = head.get("X-Experience-API-Hash").ok_or_else(|| {
                malformed(part, "the header X-Experience-API-Hash is missing; it holds the SHA-2 by which a statement names this part")
            })?;
            let sha2 = hash.to_ascii_lowercase();
            let entry = named.get_mut(&sha2).ok_or_else(|| {
                malformed(
                    part,
                    "no statement of this request names the hash in X-Experience-API-Hash",
                )
            })?;
            check_head(part, &head, &entry.attachments)?;
            let keep = !entry.received
                && visit
                    .store()
                    .attachment_info(&Sha2(sha2.clone()))
                    .await?
                    .is_none();
            let wanted = entry.signature.then(BytesMut::new);
            if let Some(content) = one(visit, &mut parts, &sha2, keep, wanted).await? {
                signatures.insert(sha2, content.freeze());
            }
            entry.received = true;
        }
    }
    for (index, received) in statements.iter().enumerate() {
        let missing = all(received.statement()).find(|(_, attachment)| {
            attachment.file_url.is_none()
                && !named
                    .get(&attachment.sha2.to_ascii_lowercase())
                    .is_some_and(|entry| entry.received)
        });
        if let Some((path, _)) = missing {
            let statement = if single {
                "$".to_owned()
            } else {
                format!("$[{index}]")
            };
            return Err(refusal::at(
                format!("{statement}{path}"),
                RULE,
                "the attachment has no \"fileUrl\", and no part of this request has its hash; send it as a part of \
                 multipart/mixed",
            )
            .with("statement_index", index));
        }
    }
    Ok(signatures)
}

/// The attachments of a statement, then those of its SubStatement, each with its place.
pub(crate) fn all(statement: &Statement) -> impl Iterator<Item = (Place, &Attachment)> {
    let sub = match &statement.object {
        Object::SubStatement(sub) => sub.attachments.as_slice(),
        _ => &[],
    };
    let placed = |parent| move |(index, attachment)| (Place { parent, index }, attachment);
    let own = statement.attachments.iter().enumerate().map(placed(""));
    own.chain(sub.iter().enumerate().map(placed(".object")))
}

/// Where in its statement an attachment is.
pub(crate) struct Place {
    parent: &'static str,
    index: usize,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.attachments[{}]", self.parent, self.index)
    }
}

/// "Where parameters have a corresponding property within the attachment Object ... the value of these parameters and
/// properties MUST match."
fn check_head(part: usize, head: &Head, attachments: &[&Attachment]) -> Result<(), Problem> {
    if let Some(encoding) = head.get("Content-Transfer-Encoding")
        && !encoding.eq_ignore_ascii_case("binary")
    {
        return Err(malformed(
            part,
            "the Content-Transfer-Encoding of an attachment must be binary",
        ));
    }
    let Some(kind) = head.get("Content-Type").map(ContentType::parse) else {
        return Ok(());
    };
    let is_of =
        |attachment: &&Attachment| ContentType::parse(&attachment.content_type).essence() == kind.essence();
    if !attachments.iter().any(is_of) {
        return Err(malformed(
            part,
            "the Content-Type is not the attachment's own \"contentType\"",
        ));
    }
    Ok(())
}

/// Reads one part, checks its hash, and keeps it if asked to. With `wanted`, answers the content too.
async fn one(
    visit: Visit<'_>,
    parts: &mut Parts,
    sha2: &str,
    keep: bool,
    wanted: Option<BytesMut>,
) -> Result<Option<BytesMut>, Problem> {
    if !keep {
        return pump(parts, sha2, wanted, None).await;
    }
    let (sender, receiver) = mpsc::channel(WAITING);
    let content = stream::unfold(receiver, |mut receiver| async {
        receiver.recv().await.map(|chunk| (chunk, receiver))
    });
    let key = Sha2(sha2.to_owned());
    let store = visit.store().put_attachment(&key, content.boxed());
    let (pumped, stored) = futures_util::future::join(
        async {
            let pumped = pump(parts, sha2, wanted, Some(&sender)).await;
            if pumped.is_err() {
                // The stream must not look finished: what came so far is not the attachment.
                let broken = StoreError::backend("receive an attachment", "the request was refused");
                let _ = sender.send(Err(broken)).await;
            }
            drop(sender);
            pumped
        },
        store,
    )
    .await;
    // The refusal says more than what the store made of it.
    let content = pumped?;
    stored?;
    Ok(content)
}

async fn pump(
    parts: &mut Parts,
    sha2: &str,
    mut wanted: Option<BytesMut>,
    sender: Option<&mpsc::Sender<StoreResult<Bytes>>>,
) -> Result<Option<BytesMut>, Problem> {
    let part = parts.number();
    let mut hasher = Hasher::for_hex(sha2).ok_or_else(|| {
        malformed(
            part,
            "the hash has the length of no SHA-2: 56, 64, 96 or 128 hex digits",
        )
    })?;
    let mut length: u64 = 0;
    while let Some(chunk) = parts.chunk().await? {
        length += chunk.len() as u64;
        if length > parts.max_attachment_bytes {
            return Err(refusal::too_large("an attachment", parts.max_attachment_bytes).with("part", part));
        }
        hasher.update(&chunk);
        if let Some(content) = &mut wanted {
            if content.len() + chunk.len() > MAX_SIGNATURE {
                return Err(refusal::too_large("a signature", MAX_SIGNATURE as u64).with("part", part));
            }
            content.extend_from_slice(&chunk);
        }
        if let Some(sender) = sender
            && sender.send(Ok(chunk)).await.is_err()
        {
            // The store gave up and will say why.
            return Ok(None);
        }
    }
    let found = hasher.finish();
    if found != sha2 {
        return Err(malformed(
            part,
            format!(
                "the content is not what its hash says: its SHA-2 is {found}, in X-Experience-API-Hash it is {sha2}"
            ),
        ));
    }
    Ok(wanted)
}

/// The SHA-2 of the length that a hash in hex has.
pub(crate) enum Hasher {
    Sha224(Sha224),
    Sha256(Sha256),
    Sha384(Sha384),
    Sha512(Sha512),
}

impl Hasher {
    pub(crate) fn for_hex(sha2: &str) -> Option<Self> {
        match sha2.len() {
            56 => Some(Self::Sha224(Sha224::new())),
            64 => Some(Self::Sha256(Sha256::new())),
            96 => Some(Self::Sha384(Sha384::new())),
            128 => Some(Self::Sha512(Sha512::new())),
            _ => None,
        }
    }

    pub(crate) fn update(&mut self, bytes: &[u8]) {
        match self {
            Self::Sha224(hasher) => hasher.update(bytes),
            Self::Sha256(hasher) => hasher.update(bytes),
            Self::Sha384(hasher) => hasher.update(bytes),
            Self::Sha512(hasher) => hasher.update(bytes),
        }
    }

    pub(crate) fn finish(self) -> String {
        fn hex(digest: &[u8]) -> String {
            digest.iter().map(|byte| format!("{byte:02x}")).collect()
        }
        match self {
            Self::Sha224(hasher) => hex(&hasher.finalize()),
            Self::Sha256(hasher) => hex(&hasher.finalize()),
            Self::Sha384(hasher) => hex(&hasher.finalize()),
            Self::Sha512(hasher) => hex(&hasher.finalize()),
        }
    }
}
