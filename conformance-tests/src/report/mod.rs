//! What came out, for people and for machines.

mod html;
mod junit;
mod text;

#[cfg(test)]
mod tests;

pub use html::html;
pub use junit::junit;
pub use text::{list, text};

/// Text that is safe in XML and HTML, in elements and in quoted attributes. What XML 1.0 can not hold at all,
/// such as most control characters, becomes a replacement character.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            '\n' | '\t' => out.push(c),
            '\r' => {}
            c if c.is_control() || matches!(c, '\u{fffe}' | '\u{ffff}') => out.push('\u{fffd}'),
            c => out.push(c),
        }
    }
    out
}
