//! CEL, the Common Expression Language, as the way out where the paths and checks do not suffice.
//!
//! An expression is compiled when the curriculum is read. It sees one statement and nothing else: no clock, no
//! randomness, no other statement. What it may cost is bounded before it runs: by its length, by the number and depth
//! of its parts, by how deeply its macros nest, and by the longest list in the statement.

mod input;
mod parts;

use std::fmt;
use std::sync::{Arc, LazyLock};

use cel::common::ast::IdedExpr;
use cel::{Context, Env, Value};

use crate::Evidence;
use input::Input;
use parts::{Reader, Size};

/// The longest expression, in bytes.
const MAX_BYTES: usize = 1_000;
/// The most parts an expression may have once its macros are written out.
const MAX_PARTS: usize = 300;
/// How deep brackets, and choices in choices, may be nested: the parser goes down by recursion.
const MAX_NESTED: usize = 10;
/// How deep parts may be nested.
const MAX_DEPTH: usize = 50;
/// How deep macros that go through a list may be nested.
const MAX_MACROS: usize = 2;
/// The most values of a statement that an expression is shown.
const MAX_VALUES: usize = 10_000;
/// The most parts that may have to be looked at for one statement.
const MAX_STEPS: usize = 1_000_000;

static ENVIRONMENT: LazyLock<Arc<Env>> =
    LazyLock::new(|| Arc::new(Env::default().with_optional_support(false).with_stdlib()));

/// The standard environment with its macros, for reading.
static READER: LazyLock<Env> = LazyLock::new(|| Env::stdlib().with_optional_support(false));

/// An expression that can be evaluated.
#[derive(Clone)]
pub(super) struct Cel {
    text: String,
    expression: Arc<IdedExpr>,
    size: Size,
}

/// What is wrong with an expression.
#[derive(Debug)]
pub(super) struct CelError {
    pub(super) message: String,
    pub(super) expected: String,
}

impl fmt::Debug for Cel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Cel").field(&self.text).finish()
    }
}

impl PartialEq for Cel {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

impl Cel {
    pub(super) fn compile(text: &str) -> Result<Self, CelError> {
        let fail = |message: String, expected: &str| CelError {
            message,
            expected: expected.to_owned(),
        };
        if text.len() > MAX_BYTES {
            return Err(fail(
                format!("the expression has {} bytes", text.len()),
                "at most 1,000 bytes",
            ));
        }
        let nested = nested(text);
        if nested > MAX_NESTED {
            return Err(fail(
                format!("the expression has {nested} levels of brackets and choices"),
                "at most 10",
            ));
        }
        let program = READER.compile(text).map_err(|errors| {
            let first = errors.errors.first();
            let place = first.map_or(String::new(), |error| format!(" at {}", place(text, error.pos)));
            let said = first.map_or("it cannot be read", |error| error.msg.as_str());
            fail(
                format!(
                    "this is not CEL{place}: {}",
                    said.lines().next().unwrap_or_default()
                ),
                "an expression of the Common Expression Language that is true or false, such as \
                 'result.score.raw > 40.0'",
            )
        })?;
        let mut size = Size::default();
        let mut reader = Reader {
            size: &mut size,
            bound: Vec::new(),
        };
        reader
            .read(program.expression(), 1, 0)
            .map_err(|(id, message, expected)| {
                let offset = program
                    .source_info()
                    .offset_for(id)
                    .map(|(start, _)| start as usize);
                let place = offset.map_or(String::new(), |offset| format!(" at character {}", offset + 1));
                CelError {
                    message: format!("{message}{place}"),
                    expected,
                }
            })?;
        let bounds = [
            (
                size.parts,
                MAX_PARTS,
                "parts, those that macros stand for included",
            ),
            (size.depth, MAX_DEPTH, "levels of nested parts"),
            (size.macros, MAX_MACROS, "macros inside one another"),
        ];
        if let Some((found, bound, what)) = bounds.into_iter().find(|(found, bound, _)| found > bound) {
            return Err(fail(
                format!("the expression has {found} {what}"),
                &format!("at most {bound}"),
            ));
        }
        Ok(Self {
            text: text.to_owned(),
            expression: Arc::new(program.expression().clone()),
            size,
        })
    }

    pub(super) fn text(&self) -> &str {
        &self.text
    }

    pub(super) fn meets(&self, evidence: &Evidence) -> bool {
        self.evaluate(evidence) == Ok(true)
    }

    /// Why it is not true of a statement.
    pub(super) fn why_not(&self, evidence: &Evidence) -> String {
        match self.evaluate(evidence) {
            Err(reason) => format!("\"{}\" is true (it cannot be told: {reason})", self.text),
            Ok(_) => format!("\"{}\" is true", self.text),
        }
    }

    fn evaluate(&self, evidence: &Evidence) -> Result<bool, String> {
        let mut input = Input::default();
        let variables = input.statement(evidence);
        if input.values > MAX_VALUES || self.steps(input.longest) > MAX_STEPS {
            return Err(String::from("the statement is too large for this expression"));
        }
        let mut context = Context::with_env(Arc::clone(&ENVIRONMENT));
        for (name, value) in variables {
            context.add_variable_from_value(name, value);
        }
        match Value::resolve(&self.expression, &context) {
            Ok(Value::Bool(answer)) => Ok(answer),
            Ok(other) => Err(format!(
                "the expression gives {}, not true or false",
                other.type_of()
            )),
            Err(error) => Err(error.to_string().chars().take(120).collect()),
        }
    }

    /// How many parts may have to be looked at where no list of a statement is longer than this.
    fn steps(&self, longest: usize) -> usize {
        let longest = longest.max(self.size.longest).max(1);
        let grown =
            |times: usize| (0..times).fold(longest, |list, _| list.saturating_mul(self.size.sums + 1));
        (1..=self.size.macros).fold(self.size.parts, |steps, level| steps.saturating_mul(grown(level)))
    }
}

/// No fewer levels than brackets, and choices (`?`) within them, are nested. What stands in a text counts as well.
fn nested(text: &str) -> usize {
    let (mut open, mut most, mut choices) = (0_usize, 0_usize, 0_usize);
    for byte in text.bytes() {
        match byte {
            b'(' | b'[' | b'{' => open += 1,
            b')' | b']' | b'}' => open = open.saturating_sub(1),
            b'?' => choices += 1,
            _ => {}
        }
        most = most.max(open);
    }
    most + choices
}

/// A line and column of an expression, for people.
fn place(text: &str, (line, column): (isize, isize)) -> String {
    if text.contains('\n') {
        format!("line {line}, character {column}")
    } else {
        format!("character {column}")
    }
}
