//! Attachments: `multipart/mixed` in and out (1.0.3, Data 2.4.11, Communication 1.5.2). Contents are streamed from
//! the request into the store and from the store into the answer.

mod parts;
mod reader;
mod receive;
mod send;

pub(crate) use parts::Parts;
pub(crate) use receive::{Hasher, MAX_SIGNATURE, Signatures, all, receive};
pub(crate) use send::{named_in, send};
