//! The types that members are made of, each read with its check.

use uuid::Uuid;

use super::path::Path;
use super::{Checked, Checker, rule};
use crate::error::{FormatError, shown};
use crate::json::{self, Member, Node, Value};
use crate::{Extensions, Iri, LanguageMap, LanguageTag, Timestamp, ValidationError};

impl Checker<'_> {
    /// Something is wrong here.
    pub(super) fn fail<T>(
        &self,
        path: &Path<'_>,
        rule: &'static str,
        message: impl Into<String>,
    ) -> Checked<T> {
        let index = if self.batch { path.statement_index() } else { None };
        Err(ValidationError::new(path.to_string(), rule, message.into()).in_statement(index))
    }

    /// The value is of another kind than the member asks for.
    fn wrong_kind<T>(
        &self,
        node: &Node<'_>,
        path: &Path<'_>,
        rule: &'static str,
        expected: &str,
    ) -> Checked<T> {
        match &node.value {
            Value::Null => self.fail(
                path,
                rule::FORMAT,
                format!("found null; expected {expected} (null is allowed only inside extensions)"),
            ),
            Value::String(text) => self.fail(
                path,
                rule,
                format!("found the string {}; expected {expected}", shown(text)),
            ),
            Value::Number(text) => self.fail(
                path,
                rule,
                format!("found the number {text}; expected {expected}"),
            ),
            _ => self.fail(path, rule, format!("found {}; expected {expected}", node.kind())),
        }
    }

    fn badly_formed<T>(&self, path: &Path<'_>, rule: &'static str, error: &FormatError) -> Checked<T> {
        self.fail(path, rule, error.to_string())
    }

    /// A member that the standard does not know there.
    pub(super) fn unknown<T>(&self, member: &Path<'_>, owner: &str, rule: &'static str) -> Checked<T> {
        self.fail(
            member,
            rule,
            format!("found a member that {owner} does not have; leave it out (names are case-sensitive)"),
        )
    }

    /// A member that must be there is not.
    pub(super) fn missing<T>(
        &self,
        path: &Path<'_>,
        rule: &'static str,
        name: &str,
        owner: &str,
    ) -> Checked<T> {
        self.fail(
            path,
            rule,
            format!("the member \"{name}\" is missing; {owner} must have it"),
        )
    }

    pub(super) fn members<'n, 'a>(
        &self,
        node: &'n Node<'a>,
        path: &Path<'_>,
        rule: &'static str,
        expected: &str,
    ) -> Checked<&'n [Member<'a>]> {
        match &node.value {
            Value::Object(members) => Ok(members),
            _ => self.wrong_kind(node, path, rule, expected),
        }
    }

    pub(super) fn elements<'n, 'a>(
        &self,
        node: &'n Node<'a>,
        path: &Path<'_>,
        rule: &'static str,
        expected: &str,
    ) -> Checked<&'n [Node<'a>]> {
        match &node.value {
            Value::Array(elements) => Ok(elements),
            _ => self.wrong_kind(node, path, rule, expected),
        }
    }

    pub(super) fn text<'n>(
        &self,
        node: &'n Node<'_>,
        path: &Path<'_>,
        rule: &'static str,
        expected: &str,
    ) -> Checked<&'n str> {
        match &node.value {
            Value::String(text) => Ok(text),
            _ => self.wrong_kind(node, path, rule, expected),
        }
    }

    pub(super) fn string(&self, node: &Node<'_>, path: &Path<'_>, rule: &'static str) -> Checked<String> {
        self.text(node, path, rule, "a string").map(str::to_owned)
    }

    pub(super) fn boolean(&self, node: &Node<'_>, path: &Path<'_>, rule: &'static str) -> Checked<bool> {
        match node.value {
            Value::Bool(value) => Ok(value),
            _ => self.wrong_kind(node, path, rule, "true or false, without quotes"),
        }
    }

    pub(super) fn number<'n>(
        &self,
        node: &'n Node<'_>,
        path: &Path<'_>,
        rule: &'static str,
    ) -> Checked<&'n str> {
        match node.value {
            Value::Number(text) => Ok(text),
            _ => self.wrong_kind(node, path, rule, "a number, without quotes"),
        }
    }

    /// A string of a certain format, read by `parse`.
    pub(super) fn formatted<T>(
        &self,
        node: &Node<'_>,
        path: &Path<'_>,
        rule: &'static str,
        expected: &str,
        parse: impl FnOnce(&str) -> Result<T, FormatError>,
    ) -> Checked<T> {
        let text = self.text(node, path, rule, expected)?;
        parse(text).or_else(|error| self.badly_formed(path, rule, &error))
    }

    pub(super) fn iri(&self, node: &Node<'_>, path: &Path<'_>, rule: &'static str) -> Checked<Iri> {
        self.formatted(node, path, rule, "an IRI", Iri::parse)
    }

    pub(super) fn timestamp(&self, node: &Node<'_>, path: &Path<'_>) -> Checked<Timestamp> {
        self.formatted(
            node,
            path,
            rule::TIMESTAMP,
            "an ISO 8601 timestamp",
            Timestamp::parse,
        )
    }

    pub(super) fn language(
        &self,
        node: &Node<'_>,
        path: &Path<'_>,
        rule: &'static str,
    ) -> Checked<LanguageTag> {
        self.formatted(node, path, rule, "a language tag", LanguageTag::parse)
    }

    /// The standard string form only: 8-4-4-4-12 hex digits with hyphens, in either case.
    pub(super) fn uuid(&self, node: &Node<'_>, path: &Path<'_>, rule: &'static str) -> Checked<Uuid> {
        const EXPECTED: &str = "a UUID such as \"12345678-1234-4678-8234-567812345678\"";
        let text = self.text(node, path, rule, EXPECTED)?;
        match Uuid::try_parse(text) {
            Ok(uuid) if text.len() == 36 => Ok(uuid),
            _ => self.fail(
                path,
                rule::UUID,
                format!("found {}; expected {EXPECTED}", shown(text)),
            ),
        }
    }

    pub(super) fn language_map(
        &self,
        node: &Node<'_>,
        path: &Path<'_>,
        rule: &'static str,
    ) -> Checked<LanguageMap> {
        let members = self.members(node, path, rule, "a language map, such as {\"en\": \"text\"}")?;
        let mut map = Vec::with_capacity(members.len());
        for member in members {
            let at = path.member(&member.name);
            let tag = LanguageTag::parse(&member.name)
                .or_else(|error| self.badly_formed(&at, rule::LANGUAGE_MAP, &error))?;
            let text = self.text(&member.value, &at, rule::LANGUAGE_MAP, "a string")?;
            map.push((tag, Box::from(text)));
        }
        Ok(LanguageMap(map))
    }

    pub(super) fn extensions(&self, node: &Node<'_>, path: &Path<'_>) -> Checked<Extensions> {
        let members = self.members(node, path, rule::EXTENSIONS, "an object whose names are IRIs")?;
        let mut extensions = Vec::with_capacity(members.len());
        for member in members {
            let at = path.member(&member.name);
            let iri =
                Iri::parse(&member.name).or_else(|error| self.badly_formed(&at, rule::EXTENSIONS, &error))?;
            extensions.push((iri, Box::from(json::raw(self.text, &member.value))));
        }
        Ok(Extensions(extensions))
    }
}
