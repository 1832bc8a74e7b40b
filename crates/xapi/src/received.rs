//! Statements as a request brings them.

use uuid::Uuid;

use crate::json::{self, Member, Node, Value};
use crate::{Actor, Fingerprint, Limits, SealedStatement, Statement, ValidationError, Version, validate};

/// One statement of a request body, validated, with the text it came as.
#[derive(Debug, Clone)]
pub struct ReceivedStatement {
    statement: Statement,
    fingerprint: Fingerprint,
    version: Version,
    /// The text as it came, without the members only the server sets, and without the closing brace.
    open_text: String,
}

/// The statements of one request body.
#[derive(Debug, Clone)]
pub struct Statements {
    /// Whether the body was one object rather than an array.
    pub single: bool,
    /// The statements, in order.
    pub statements: Vec<ReceivedStatement>,
}

/// Reads and validates the body of a POST: one statement, or an array of them.
///
/// The same id twice in one body is an error under 2.0; under 1.0.x only where the two statements differ, so the list
/// may hold the same statement more than once.
pub fn parse_statements(
    body: &[u8],
    version: Version,
    limits: &Limits,
) -> Result<Statements, ValidationError> {
    let document = json::parse(body, limits)?;
    let text = document.text();
    match document.root().elements() {
        None => {
            let statement = validate::statement_alone(&document, version)?;
            Ok(Statements {
                single: true,
                statements: vec![ReceivedStatement::new(statement, text, document.root(), version)],
            })
        }
        Some(elements) => {
            let checked = validate::batch(&document, elements, version, limits)?;
            let receive = |(statement, node)| ReceivedStatement::new(statement, text, node, version);
            Ok(Statements {
                single: false,
                statements: checked.into_iter().map(receive).collect(),
            })
        }
    }
}

/// Reads and validates the body of a PUT: exactly one statement.
pub fn parse_statement(
    body: &[u8],
    version: Version,
    limits: &Limits,
) -> Result<ReceivedStatement, ValidationError> {
    let document = json::parse(body, limits)?;
    let statement = validate::statement_alone(&document, version)?;
    Ok(ReceivedStatement::new(
        statement,
        document.text(),
        document.root(),
        version,
    ))
}

impl ReceivedStatement {
    fn new(statement: Statement, text: &str, node: &Node<'_>, version: Version) -> Self {
        let fingerprint = statement.fingerprint();
        Self {
            statement,
            fingerprint,
            version,
            open_text: open_text(text, node),
        }
    }

    /// The statement as types.
    pub fn statement(&self) -> &Statement {
        &self.statement
    }

    /// What is equal for statements that the standard calls the same.
    pub fn fingerprint(&self) -> Fingerprint {
        self.fingerprint
    }

    /// Adds what the server adds: the id, where the statement brought none (a statement's own id stays: hold it
    /// against `statementId` before), the authority in place of any it came with, and the version, where it brought
    /// none (1.0.0 under 1.0.x, Data 2.4.10).
    pub fn seal(self, id: Uuid, authority: &Actor) -> SealedStatement {
        let Self {
            mut statement,
            fingerprint,
            version,
            open_text: mut text,
        } = self;
        if statement.id.is_none() {
            text.push_str(",\"id\":\"");
            text.push_str(id.hyphenated().encode_lower(&mut Uuid::encode_buffer()));
            text.push('"');
        }
        text.push_str(",\"authority\":");
        authority.write_json(&mut text);
        if statement.version.is_none() {
            let version = version.of_statement();
            text.push_str(",\"version\":\"");
            text.push_str(version);
            text.push('"');
            statement.version = Some(version.to_owned());
        }
        let id = *statement.id.get_or_insert(id);
        statement.authority = Some(authority.clone());
        statement.stored = None;
        SealedStatement::new(id, statement, fingerprint, text)
    }
}

/// The statement's members as they came, except `stored` and `authority`, which the server sets; single activities in
/// contextActivities become arrays, as they must be returned so (Data 2.4.6.2). Without the closing brace.
fn open_text(text: &str, node: &Node<'_>) -> String {
    let members = node.members().unwrap_or_default();
    let mut brackets = Vec::new();
    bare_context_activities(node, &mut brackets);
    if let Some(object) = node.get("object") {
        bare_context_activities(object, &mut brackets);
    }
    brackets.sort_unstable();

    // Room for what sealing appends, so that the text is moved once at most.
    let mut out = String::with_capacity(node.span.len() + 320);
    let mut brackets = brackets.into_iter().peekable();
    for Member { name, start, value } in members {
        if matches!(&**name, "stored" | "authority") {
            continue;
        }
        out.push(if out.is_empty() { '{' } else { ',' });
        let mut from = *start;
        while let Some((at, bracket)) = brackets.next_if(|(at, _)| *at <= value.span.end) {
            out.push_str(text.get(from..at).unwrap_or_default());
            out.push(bracket);
            from = at;
        }
        out.push_str(text.get(from..value.span.end).unwrap_or_default());
    }
    // Line breaks and tabs cannot be inside strings: where there are any, the text was laid out for reading.
    if out.bytes().any(|byte| matches!(byte, b'\n' | b'\r' | b'\t')) {
        without_white_space(&out)
    } else {
        out
    }
}

/// Where a bracket must be put in so that a single activity becomes an array of one.
fn bare_context_activities(node: &Node<'_>, brackets: &mut Vec<(usize, char)>) {
    let kinds = node
        .get("context")
        .and_then(|context| context.get("contextActivities"))
        .and_then(Node::members);
    for kind in kinds.unwrap_or_default() {
        if matches!(kind.value.value, Value::Object(_)) {
            brackets.push((kind.value.span.start, '['));
            brackets.push((kind.value.span.end, ']'));
        }
    }
}

/// JSON without the white space outside its strings.
fn without_white_space(json: &str) -> String {
    let mut out = String::with_capacity(json.len() + 320);
    let (mut in_string, mut escaped) = (false, false);
    for c in json.chars() {
        if in_string {
            in_string = escaped || c != '"';
            escaped = !escaped && c == '\\';
        } else {
            if c.is_ascii_whitespace() {
                continue;
            }
            in_string = c == '"';
        }
        out.push(c);
    }
    out
}
