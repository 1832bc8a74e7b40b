//! Format `canonical` (Communication 2.1.3): definitions as the server knows them, one language each.

use super::AcceptLanguage;
use super::edit::{Edits, ObjectWriter, array};
use super::parts::{self, Part};
use crate::ValidationError;
use crate::json::{Document, Member, Node};

/// The statement with the definition that `definition` has for each activity's id (JSON text, as
/// [`merge_definition`](super::merge_definition) writes it; where it has none, the statement's own), and with exactly
/// one language in each language map of verbs and activities: the one that `languages` prefers.
pub fn format_canonical<F>(
    text: &str,
    languages: &AcceptLanguage,
    mut definition: F,
) -> Result<String, ValidationError>
where
    F: FnMut(&str) -> Option<String>,
{
    let document = super::read(text)?;
    let mut edits = Edits::default();
    parts::each(document.root(), &mut |part, node| match part {
        Part::Verb => {
            if let Some(display) = node.get("display") {
                edits.replace(display.span.clone(), one_language(&document, display, languages));
            }
        }
        Part::Activity => {
            let known = node.get("id").and_then(Node::as_str).and_then(&mut definition);
            activity(&document, node, known.as_deref(), languages, &mut edits);
        }
        Part::Actor | Part::ActorAsObject => {}
    });
    Ok(edits.apply(document.text()))
}

fn activity(
    document: &Document<'_>,
    node: &Node<'_>,
    known: Option<&str>,
    languages: &AcceptLanguage,
    edits: &mut Edits,
) {
    // What cannot be read is no definition; the statement's own then stands.
    let known = known.and_then(|text| super::read(text).ok());
    match (node.get("definition"), known) {
        (Some(own), Some(known)) => {
            edits.replace(own.span.clone(), filtered(&known, known.root(), languages))
        }
        (Some(own), None) => edits.replace(own.span.clone(), filtered(document, own, languages)),
        (None, Some(known)) => {
            let end = node.span.end.saturating_sub(1);
            edits.replace(
                end..end,
                format!(",\"definition\":{}", filtered(&known, known.root(), languages)),
            );
        }
        (None, None) => {}
    }
}

/// A definition with one language in each of its maps.
fn filtered(document: &Document<'_>, definition: &Node<'_>, languages: &AcceptLanguage) -> String {
    let mut out = ObjectWriter::new();
    for Member { name, value, .. } in definition.members().unwrap_or_default() {
        match &**name {
            "name" | "description" => out.member(name, &one_language(document, value, languages)),
            "choices" | "scale" | "source" | "target" | "steps" => {
                let components = value.elements().unwrap_or_default().iter();
                out.member(
                    name,
                    &array(components.map(|component| self::component(document, component, languages))),
                );
            }
            _ => out.member(name, document.raw(value)),
        }
    }
    out.finish()
}

fn component(document: &Document<'_>, component: &Node<'_>, languages: &AcceptLanguage) -> String {
    let mut out = ObjectWriter::new();
    for Member { name, value, .. } in component.members().unwrap_or_default() {
        match &**name {
            "description" => out.member(name, &one_language(document, value, languages)),
            _ => out.member(name, document.raw(value)),
        }
    }
    out.finish()
}

fn one_language(document: &Document<'_>, map: &Node<'_>, languages: &AcceptLanguage) -> String {
    let members = map.members().unwrap_or_default();
    let tags: Vec<&str> = members.iter().map(|member| &*member.name).collect();
    let mut out = ObjectWriter::new();
    if let Some(chosen) = languages.choose(&tags).and_then(|at| members.get(at)) {
        out.member(&chosen.name, document.raw(&chosen.value));
    }
    out.finish()
}
