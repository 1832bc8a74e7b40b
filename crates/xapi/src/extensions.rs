//! Extensions (xAPI 1.0.3 Data 4.1): any JSON under IRIs.

use std::fmt;

use crate::Iri;

/// Extension members in the order they were sent, each value as its raw JSON text.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Extensions(pub(crate) Vec<(Iri, Box<str>)>);

impl Extensions {
    /// The raw JSON text of one extension.
    pub fn get(&self, iri: &str) -> Option<&str> {
        self.iter()
            .find_map(|(found, json)| (found.as_str() == iri).then_some(json))
    }

    /// Extension IRIs with the raw JSON text of their values, in the order they were sent.
    pub fn iter(&self) -> impl Iterator<Item = (&Iri, &str)> {
        self.0.iter().map(|(iri, json)| (iri, &**json))
    }

    /// How many extensions there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there are none (or the member was not there).
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl fmt::Debug for Extensions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.iter()).finish()
    }
}
