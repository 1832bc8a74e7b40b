//! What is kept, as a client of an older version understands it.

use super::edit::{Edits, ObjectWriter};
use crate::json::{Document, Node};
use crate::{ValidationError, Version};

/// The statement as a client of `version` understands it. For 1.0.x: without contextAgents and contextGroups (in a
/// SubStatement too), and with version 1.0.0 where it has one of 2.0; for 2.0: as it is. What is kept does not change.
pub fn to_version(text: &str, version: Version) -> Result<String, ValidationError> {
    let mentions_2_0 = ["contextAgents", "contextGroups", "\"2."]
        .into_iter()
        .any(|word| text.contains(word));
    // Where a name is written with escapes, only reading tells.
    let may_hide = text.contains("\\u");
    if version == Version::V2_0 || !(mentions_2_0 || may_hide) {
        return Ok(text.to_owned());
    }
    let document = super::read(text)?;
    let mut edits = Edits::default();
    let root = document.root();
    if let Some(own) = root.get("version")
        && own.as_str().and_then(Version::of) != Some(Version::V1_0)
    {
        edits.replace(own.span.clone(), format!("\"{}\"", Version::V1_0.of_statement()));
    }
    for statement in [Some(root), root.get("object")].into_iter().flatten() {
        if let Some(context) = statement.get("context") {
            without_context_agents(&document, context, &mut edits);
        }
    }
    Ok(edits.apply(document.text()))
}

fn without_context_agents(document: &Document<'_>, context: &Node<'_>, edits: &mut Edits) {
    let members = context.members().unwrap_or_default();
    let is_new = |name: &str| matches!(name, "contextAgents" | "contextGroups");
    if members.iter().any(|member| is_new(&member.name)) {
        let mut out = ObjectWriter::new();
        for member in members.iter().filter(|member| !is_new(&member.name)) {
            out.member(&member.name, document.raw(&member.value));
        }
        edits.replace(context.span.clone(), out.finish());
    }
}
