//! Contents of attachments, from a folder and from the store.

use std::fs::File;
use std::io::{ErrorKind, Read as _, Seek as _};
use std::path::Path;

use bytes::{Bytes, BytesMut};
use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use store::{Sha2, Store, StoreError, StoreResult};

use super::{ImportError, Refusal};
use crate::attachments::{Hasher, MAX_SIGNATURE};

/// Bytes read at once.
const PIECE: usize = 256 * 1024;
/// By what an attachment is named.
const HASH_RULE: &str = "xAPI 1.0.3 Data 2.4.11";
const SIGNATURE_RULE: &str = "xAPI 1.0.3 Data 2.6";

/// Takes a content from the folder into the store; `false` where the folder does not have it.
pub(super) async fn take(
    store: &dyn Store,
    sha2: &Sha2,
    folder: Option<&Path>,
    path: &(dyn Fn() -> String + Sync),
) -> Result<bool, ImportError> {
    let refused = |message: String| ImportError::Refused(Refusal::new(path(), HASH_RULE, message));
    // What makes a file name of it must be a hash and nothing else.
    let (Some(folder), Some(mut hasher)) = (folder, Hasher::for_hex(&sha2.0)) else {
        return Ok(false);
    };
    if !sha2.0.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return Ok(false);
    }
    let name = folder.join(&sha2.0);
    let unreadable = |error: std::io::Error| refused(format!("{} can not be read: {error}", name.display()));
    let mut file = match File::open(&name) {
        Ok(file) => file,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(false),
        Err(error) => return Err(unreadable(error)),
    };
    let mut piece = vec![0; PIECE];
    loop {
        match file.read(&mut piece).map_err(unreadable)? {
            0 => break,
            read => hasher.update(piece.get(..read).unwrap_or_default()),
        }
    }
    let found = hasher.finish();
    if found != sha2.0 {
        let name = name.display();
        return Err(refused(format!(
            "{name} is not what it is named for: its SHA-2 is {found}"
        )));
    }
    file.rewind().map_err(unreadable)?;
    store.put_attachment(sha2, pieces(file).boxed()).await?;
    Ok(true)
}

fn pieces(file: File) -> impl futures_util::Stream<Item = StoreResult<Bytes>> + Send {
    stream::try_unfold(file, |mut file| async move {
        let mut piece = BytesMut::zeroed(PIECE);
        let read = file
            .read(&mut piece)
            .map_err(|error| StoreError::backend("read an attachment from its file", error))?;
        piece.truncate(read);
        Ok((read > 0).then(|| (piece.freeze(), file)))
    })
}

/// The content of a signature, which the store has.
pub(super) async fn signature(
    store: &dyn Store,
    sha2: &Sha2,
    path: &(dyn Fn() -> String + Sync),
) -> Result<Bytes, ImportError> {
    let mut content = BytesMut::new();
    if let Some(mut pieces) = store.attachment(sha2).await? {
        while let Some(piece) = pieces.try_next().await? {
            if content.len() + piece.len() > MAX_SIGNATURE {
                let message = format!("the signature is longer than {MAX_SIGNATURE} bytes");
                return Err(Refusal::new(path(), SIGNATURE_RULE, message).into());
            }
            content.extend_from_slice(&piece);
        }
    }
    Ok(content.freeze())
}
