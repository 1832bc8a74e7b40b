//! CEL, the Common Expression Language, as the way out where the paths and checks do not suffice.
//!
//! An expression is compiled when the curriculum is read. It sees one statement and nothing else: no clock, no
//! randomness, no other statement. What it may cost is bounded before it runs: by its length, by the number and depth
//! of its parts, by how deeply its macros nest, and by the longest list in the statement.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, LazyLock};

use cel::common::ast::{CallExpr, EntryExpr, Expr, IdedExpr, operators};
use cel::{Context, Env, Value};
use xapi::{Duration, Ifi, Iri};

use crate::schema::closest;
use crate::{Evidence, Number};

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

/// What an expression sees.
const VARIABLES: [&str; 14] = [
    "verb",
    "activity",
    "type",
    "parent",
    "grouping",
    "category",
    "other",
    "registration",
    "platform",
    "authority",
    "instructor",
    "timestamp",
    "result",
    "context",
];

/// The functions it may call, all of them pure and no dearer than what they are given is long.
const FUNCTIONS: [&str; 24] = [
    "size",
    "contains",
    "startsWith",
    "endsWith",
    "int",
    "uint",
    "double",
    "string",
    "bool",
    "type",
    "dyn",
    "duration",
    "timestamp",
    "getFullYear",
    "getMonth",
    "getDate",
    "getDayOfMonth",
    "getDayOfWeek",
    "getDayOfYear",
    "getHours",
    "getMinutes",
    "getSeconds",
    "getMilliseconds",
    "min",
];

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

/// What bounds the cost of an expression.
#[derive(Debug, Clone, Copy, Default)]
struct Size {
    parts: usize,
    depth: usize,
    /// How deep macros are nested.
    macros: usize,
    /// How many sums there are, which may make lists longer.
    sums: usize,
    /// The longest list that is written out.
    longest: usize,
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

/// Goes once through an expression. What it finds wrong has the part's id, the message and what is expected.
struct Reader<'s, 'e> {
    size: &'s mut Size,
    /// The variables that macros bind.
    bound: Vec<&'e str>,
}

type Wrong = (u64, String, String);

impl<'e> Reader<'_, 'e> {
    fn read(&mut self, part: &'e IdedExpr, depth: usize, macros: usize) -> Result<(), Wrong> {
        self.size.parts += 1;
        self.size.depth = self.size.depth.max(depth);
        self.size.macros = self.size.macros.max(macros);
        if depth > MAX_DEPTH {
            // The rest is not looked at: it is refused anyway.
            return Ok(());
        }
        let inner = depth + 1;
        match &part.expr {
            Expr::Unspecified | Expr::Literal(_) => Ok(()),
            Expr::Ident(name) => self.variable(part.id, name),
            Expr::Select(select) => self.read(&select.operand, inner, macros),
            Expr::Call(call) => self.call(part.id, call, inner, macros),
            Expr::List(list) => {
                self.size.longest = self.size.longest.max(list.elements.len());
                list.elements
                    .iter()
                    .try_for_each(|part| self.read(part, inner, macros))
            }
            Expr::Map(map) => {
                self.size.longest = self.size.longest.max(map.entries.len());
                map.entries.iter().try_for_each(|entry| match &entry.expr {
                    EntryExpr::MapEntry(entry) => {
                        self.read(&entry.key, inner, macros)?;
                        self.read(&entry.value, inner, macros)
                    }
                    EntryExpr::StructField(field) => self.read(&field.value, inner, macros),
                })
            }
            Expr::Struct(_) => Err((
                part.id,
                String::from("there are no message types here"),
                String::from("a map such as {'a': 1}"),
            )),
            Expr::Comprehension(own) => {
                self.read(&own.iter_range, inner, macros)?;
                if makes_new(&own.loop_step, &own.iter_var) {
                    return Err((
                        part.id,
                        String::from("the macro \"map\" is not allowed: lists could grow without bound"),
                        String::from("has, all, exists, exists_one or filter"),
                    ));
                }
                let bound = self.bound.len();
                self.bound.extend([own.iter_var.as_str(), own.accu_var.as_str()]);
                self.bound.extend(own.iter_var2.as_deref());
                let parts = [&own.accu_init, &own.loop_cond, &own.loop_step, &own.result];
                let read = parts
                    .into_iter()
                    .try_for_each(|part| self.read(part, inner, macros + 1));
                self.bound.truncate(bound);
                read
            }
        }
    }

    fn variable(&self, id: u64, name: &str) -> Result<(), Wrong> {
        if self.bound.contains(&name) || VARIABLES.contains(&name) || FUNCTIONS.contains(&name) {
            return Ok(());
        }
        let expected = match closest(name, VARIABLES.into_iter()) {
            Some(near) => format!("a variable; did you mean {near:?}?"),
            None => format!("one of {}", VARIABLES.join(", ")),
        };
        Err((id, format!("there is no variable {name:?}"), expected))
    }

    fn call(&mut self, id: u64, call: &'e CallExpr, inner: usize, macros: usize) -> Result<(), Wrong> {
        let name = call.func_name.as_str();
        let is_operator = name.starts_with(['_', '-', '!', '@']);
        if !is_operator && !FUNCTIONS.contains(&name) {
            let expected = match closest(name, FUNCTIONS.into_iter()) {
                Some(near) => format!("a function; did you mean {near:?}?"),
                None => format!("one of {}", FUNCTIONS.join(", ")),
            };
            return Err((id, format!("there is no function {name:?}"), expected));
        }
        self.size.sums += usize::from(name == operators::ADD);
        if let Some(target) = &call.target {
            self.read(target, inner, macros)?;
        }
        call.args
            .iter()
            .try_for_each(|part| self.read(part, inner, macros))
    }
}

/// Whether a macro makes a list of anything but what it goes through, as `map` does and `filter` does not.
fn makes_new(step: &IdedExpr, variable: &str) -> bool {
    let Expr::Call(call) = &step.expr else {
        return false;
    };
    let in_list = |part: &IdedExpr| match &part.expr {
        Expr::List(list) => list
            .elements
            .iter()
            .any(|item| !matches!(&item.expr, Expr::Ident(name) if name == variable)),
        _ => false,
    };
    match call.func_name.as_str() {
        operators::ADD => call.args.iter().any(in_list),
        operators::CONDITIONAL => call.args.iter().any(|part| makes_new(part, variable)),
        _ => false,
    }
}

/// Makes CEL values and counts them.
#[derive(Default)]
struct Input {
    values: usize,
    longest: usize,
}

impl Input {
    /// The variables; what a statement does not say is not there, so that `has(result.success)` can ask.
    fn statement(&mut self, row: &Evidence) -> Vec<(&'static str, Value)> {
        let mut result = HashMap::new();
        let mut put = |name: &str, value: Option<Value>| {
            if let Some(value) = value {
                result.insert(name.to_owned(), value);
            }
        };
        put("success", row.success.map(Value::Bool));
        put("completion", row.completion.map(Value::Bool));
        put("response", row.response.as_deref().map(Value::from));
        put("duration", row.duration.as_ref().and_then(length));
        let score = row.score.map(|score| {
            let members = [
                ("scaled", score.as_scaled()),
                ("raw", score.raw),
                ("min", score.min),
                ("max", score.max),
            ];
            let members = members
                .into_iter()
                .filter_map(|(name, own)| Some((name.to_owned(), double(own?))));
            Value::from(members.collect::<HashMap<_, _>>())
        });
        put("score", score);
        put("extensions", Some(self.extensions(&row.result_extensions)));
        let context = HashMap::from([("extensions".to_owned(), self.extensions(&row.context_extensions))]);
        let mut variables = vec![
            ("verb", Value::from(row.verb.as_str())),
            ("activity", Value::from(row.activity.as_str())),
            ("parent", self.iris(&row.parent)),
            ("grouping", self.iris(&row.grouping)),
            ("category", self.iris(&row.category)),
            ("other", self.iris(&row.other)),
            (
                "timestamp",
                Value::Timestamp(row.timestamp.to_datetime().fixed_offset()),
            ),
            ("result", Value::from(result)),
            ("context", Value::from(context)),
        ];
        let optional = [
            (
                "type",
                row.activity_type.as_ref().map(|own| Value::from(own.as_str())),
            ),
            (
                "registration",
                row.registration.map(|own| Value::from(own.to_string())),
            ),
            ("platform", row.platform.as_deref().map(Value::from)),
            ("authority", row.authority.as_ref().map(|own| self.agent(own))),
            ("instructor", row.instructor.as_ref().map(|own| self.agent(own))),
        ];
        // A variable that is not there would be an error: what is not said is null.
        variables.extend(optional.map(|(name, value)| (name, value.unwrap_or(Value::Null))));
        variables
    }

    fn count(&mut self, items: usize) {
        self.values += items;
        self.longest = self.longest.max(items);
    }

    fn iris(&mut self, iris: &[Iri]) -> Value {
        self.count(iris.len());
        Value::from(
            iris.iter()
                .map(|iri| Value::from(iri.as_str()))
                .collect::<Vec<_>>(),
        )
    }

    fn extensions(&mut self, extensions: &std::collections::BTreeMap<Iri, serde_json::Value>) -> Value {
        self.count(extensions.len());
        let members = extensions
            .iter()
            .map(|(iri, value)| (iri.to_string(), self.json(value)));
        Value::from(members.collect::<HashMap<_, _>>())
    }

    fn agent(&mut self, agent: &Ifi) -> Value {
        serde_json::to_value(agent).map_or(Value::Null, |value| self.json(&value))
    }

    fn json(&mut self, value: &serde_json::Value) -> Value {
        // What is too much is counted, not converted: the expression is not evaluated then.
        if self.values > MAX_VALUES {
            return Value::Null;
        }
        match value {
            serde_json::Value::Null => Value::Null,
            serde_json::Value::Bool(own) => Value::Bool(*own),
            serde_json::Value::Number(own) => match (own.as_i64(), own.as_f64()) {
                (Some(whole), _) => Value::Int(whole),
                (None, Some(float)) => Value::Float(float),
                (None, None) => Value::Null,
            },
            serde_json::Value::String(own) => Value::from(own.as_str()),
            serde_json::Value::Array(items) => {
                self.count(items.len());
                Value::from(items.iter().map(|item| self.json(item)).collect::<Vec<_>>())
            }
            serde_json::Value::Object(members) => {
                self.count(members.len());
                let members = members
                    .iter()
                    .map(|(name, value)| (name.clone(), self.json(value)));
                Value::from(members.collect::<HashMap<_, _>>())
            }
        }
    }
}

fn double(number: Number) -> Value {
    number.to_string().parse().map_or(Value::Null, Value::Float)
}

fn length(duration: &Duration) -> Option<Value> {
    let micros = duration.as_seconds()? * 1_000_000.0;
    // A length that fits in no number of microseconds is cut off at the longest that does.
    Some(Value::Duration(chrono::Duration::microseconds(micros as i64)))
}
