//! Attachments (Data 2.4.11).

use super::path::Path;
use super::{Checked, Checker, rule};
use crate::error::shown;
use crate::json::Node;
use crate::{Attachment, LanguageMap};

/// Hex digits of SHA-224, SHA-256, SHA-384 and SHA-512.
const SHA2_LENGTHS: [usize; 4] = [56, 64, 96, 128];

impl Checker<'_> {
    pub(super) fn attachments(&self, node: &Node<'_>, path: &Path<'_>) -> Checked<Vec<Attachment>> {
        let elements = self.elements(node, path, rule::ATTACHMENTS, "an array of Attachment objects")?;
        elements
            .iter()
            .enumerate()
            .map(|(index, element)| self.attachment(element, &path.index(index)))
            .collect()
    }

    fn attachment(&self, node: &Node<'_>, path: &Path<'_>) -> Checked<Attachment> {
        let (mut usage_type, mut display, mut description) = (None, None, LanguageMap::default());
        let (mut content_type, mut length, mut sha2, mut file_url) = (None, None, None, None);
        for member in self.members(node, path, rule::ATTACHMENTS, "an Attachment object")? {
            let at = path.member(&member.name);
            let value = &member.value;
            match &*member.name {
                "usageType" => usage_type = Some(self.iri(value, &at, rule::ATTACHMENTS)?),
                "display" => display = Some(self.language_map(value, &at, rule::ATTACHMENTS)?),
                "description" => description = self.language_map(value, &at, rule::ATTACHMENTS)?,
                "contentType" => content_type = Some(self.media_type(value, &at)?),
                "length" => length = Some(self.length(value, &at)?),
                "sha2" => sha2 = Some(self.sha2(value, &at)?),
                "fileUrl" => file_url = Some(self.iri(value, &at, rule::ATTACHMENTS)?),
                _ => return self.unknown(&at, "an Attachment", rule::ATTACHMENTS),
            }
        }
        let owner = "an Attachment";
        let attachment = Attachment {
            usage_type: usage_type
                .map_or_else(|| self.missing(path, rule::ATTACHMENTS, "usageType", owner), Ok)?,
            display: display.map_or_else(|| self.missing(path, rule::ATTACHMENTS, "display", owner), Ok)?,
            description,
            content_type: content_type
                .map_or_else(|| self.missing(path, rule::ATTACHMENTS, "contentType", owner), Ok)?,
            length: length.map_or_else(|| self.missing(path, rule::ATTACHMENTS, "length", owner), Ok)?,
            sha2: sha2.map_or_else(|| self.missing(path, rule::ATTACHMENTS, "sha2", owner), Ok)?,
            file_url,
        };
        self.signature_is_octets(&attachment, path)?;
        Ok(attachment)
    }

    fn signature_is_octets(&self, attachment: &Attachment, path: &Path<'_>) -> Checked<()> {
        let essence = attachment
            .content_type
            .split(';')
            .next()
            .unwrap_or_default()
            .trim();
        if attachment.is_signature() && !essence.eq_ignore_ascii_case("application/octet-stream") {
            let found = shown(&attachment.content_type);
            return self.fail(
                &path.member("contentType"),
                rule::SIGNATURE,
                format!("found {found}; expected \"application/octet-stream\", as a signature must have it"),
            );
        }
        Ok(())
    }

    /// A type and a subtype; what follows as parameters is taken as it is, since the wild has all sorts of it.
    fn media_type(&self, node: &Node<'_>, path: &Path<'_>) -> Checked<String> {
        const EXPECTED: &str = "a media type such as \"text/plain\"";
        let text = self.text(node, path, rule::ATTACHMENTS, EXPECTED)?;
        let essence = text.split(';').next().unwrap_or_default().trim();
        match essence.split_once('/') {
            Some((kind, subtype)) if is_token(kind) && is_token(subtype) => Ok(text.to_owned()),
            _ => self.fail(
                path,
                rule::ATTACHMENTS,
                format!("found {}; expected {EXPECTED}", shown(text)),
            ),
        }
    }

    fn length(&self, node: &Node<'_>, path: &Path<'_>) -> Checked<u64> {
        let text = self.number(node, path, rule::ATTACHMENTS)?;
        text.parse().or_else(|_| {
            self.fail(
                path,
                rule::ATTACHMENTS,
                format!("found {text}; expected a whole number of octets, not negative"),
            )
        })
    }

    fn sha2(&self, node: &Node<'_>, path: &Path<'_>) -> Checked<String> {
        const EXPECTED: &str = "a SHA-2 hash in 56, 64, 96 or 128 hex digits";
        let text = self.text(node, path, rule::ATTACHMENTS, EXPECTED)?;
        if SHA2_LENGTHS.contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return Ok(text.to_owned());
        }
        self.fail(
            path,
            rule::ATTACHMENTS,
            format!("found {}; expected {EXPECTED}", shown(text)),
        )
    }
}

/// A token of RFC 9110 5.6.2.
fn is_token(text: &str) -> bool {
    !text.is_empty()
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte))
}
