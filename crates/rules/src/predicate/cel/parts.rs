//! What an expression may be made of, and how large that makes it.

use cel::common::ast::{CallExpr, EntryExpr, Expr, IdedExpr, operators};

use super::MAX_DEPTH;
use crate::schema::closest;

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

/// What bounds the cost of an expression.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Size {
    pub(super) parts: usize,
    pub(super) depth: usize,
    /// How deep macros are nested.
    pub(super) macros: usize,
    /// How many sums there are, which may make lists longer.
    pub(super) sums: usize,
    /// The longest list that is written out.
    pub(super) longest: usize,
}

/// Goes once through an expression. What it finds wrong has the part's id, the message and what is expected.
pub(super) struct Reader<'s, 'e> {
    pub(super) size: &'s mut Size,
    /// The variables that macros bind.
    pub(super) bound: Vec<&'e str>,
}

pub(super) type Wrong = (u64, String, String);

impl<'e> Reader<'_, 'e> {
    pub(super) fn read(&mut self, part: &'e IdedExpr, depth: usize, macros: usize) -> Result<(), Wrong> {
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
