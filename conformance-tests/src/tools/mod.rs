//! What the requirements are built with.

pub(crate) mod compare;
pub(crate) mod digest;
pub(crate) mod edit;
pub(crate) mod form;
pub(crate) mod jws;
pub(crate) mod multipart;
pub(crate) mod store;
