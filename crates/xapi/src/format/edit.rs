//! Changes to a text by place.

use std::ops::Range;

/// Pieces of a text to be replaced. They must not overlap.
#[derive(Default)]
pub(super) struct Edits(Vec<(Range<usize>, String)>);

impl Edits {
    pub(super) fn replace(&mut self, span: Range<usize>, with: String) {
        self.0.push((span, with));
    }

    pub(super) fn apply(mut self, text: &str) -> String {
        self.0.sort_unstable_by_key(|(span, _)| span.start);
        let mut out =
            String::with_capacity(text.len() + self.0.iter().map(|(_, with)| with.len()).sum::<usize>());
        let mut from = 0;
        for (span, with) in self.0 {
            out.push_str(text.get(from..span.start).unwrap_or_default());
            out.push_str(&with);
            from = span.end;
        }
        out.push_str(text.get(from..).unwrap_or_default());
        out
    }
}

/// Writes an object member by member.
pub(super) struct ObjectWriter(String);

impl ObjectWriter {
    pub(super) fn new() -> Self {
        Self(String::from("{"))
    }

    /// Appends a member; `json` is the raw text of its value.
    pub(super) fn member(&mut self, name: &str, json: &str) {
        if self.0.len() > 1 {
            self.0.push(',');
        }
        crate::json::write_string(name, &mut self.0);
        self.0.push(':');
        self.0.push_str(json);
    }

    pub(super) fn finish(mut self) -> String {
        self.0.push('}');
        self.0
    }
}

/// Joins the raw texts of elements to an array.
pub(super) fn array(elements: impl Iterator<Item = String>) -> String {
    let mut out = String::from("[");
    for element in elements {
        if out.len() > 1 {
            out.push(',');
        }
        out.push_str(&element);
    }
    out.push(']');
    out
}
