//! Format `ids` (Communication 2.1.3): only what identifies agents, groups, verbs and activities.

use super::edit::{Edits, ObjectWriter, array};
use super::parts::{self, Part};
use crate::ValidationError;
use crate::json::{Document, Node};

/// The statement with only what identifies its agents, groups, verbs and activities; for an Anonymous Group, what
/// identifies its members.
pub fn format_ids(text: &str) -> Result<String, ValidationError> {
    let document = super::read(text)?;
    let mut edits = Edits::default();
    parts::each(document.root(), &mut |part, node| {
        let short = match part {
            Part::Actor => actor(&document, node, false),
            Part::ActorAsObject => actor(&document, node, true),
            Part::Verb | Part::Activity => only_id(&document, node),
        };
        edits.replace(node.span.clone(), short);
    });
    Ok(edits.apply(document.text()))
}

fn only_id(document: &Document<'_>, node: &Node<'_>) -> String {
    let mut short = ObjectWriter::new();
    if let Some(id) = node.get("id") {
        short.member("id", document.raw(id));
    }
    short.finish()
}

fn actor(document: &Document<'_>, node: &Node<'_>, as_object: bool) -> String {
    let is_group = node.get("objectType").and_then(Node::as_str) == Some("Group");
    let mut short = ObjectWriter::new();
    if is_group {
        short.member("objectType", "\"Group\"");
    } else if as_object {
        short.member("objectType", "\"Agent\"");
    }
    let identifier = ["mbox", "mbox_sha1sum", "openid", "account"]
        .into_iter()
        .find_map(|name| node.get(name).map(|value| (name, value)));
    match identifier {
        Some((name, value)) => short.member(name, document.raw(value)),
        None => {
            let members = node.get("member").and_then(Node::elements).unwrap_or_default();
            short.member(
                "member",
                &array(members.iter().map(|member| actor(document, member, false))),
            );
        }
    }
    short.finish()
}
