//! YAML 1.2 (core schema), with the place of every value. Aliases are followed within bounds; tags, several documents
//! and duplicate members are refused.

use std::collections::HashMap;

use granit_parser::{Event, Parser, ScalarStyle, Span, StrInput, options};
use serde_json::{Map, Number, Value};

use super::{Builder, MAX_DEPTH, Place, Problem, join, too_deep, twice};

pub(super) fn read(text: &str, builder: &mut Builder) -> Result<Value, Problem> {
    let options = options! {
        emit_comments: false,
        flow_nesting_limit: MAX_DEPTH + 2,
        block_nesting_limit: MAX_DEPTH + 2,
    };
    let mut reader = Reader {
        events: Parser::new_from_str_with_options(text, options),
        anchors: HashMap::new(),
        builder,
    };
    let mut value = None;
    loop {
        let (event, span) = reader.next()?;
        match event {
            Event::StreamStart | Event::DocumentEnd => {}
            Event::StreamEnd => break,
            Event::DocumentStart(..) if value.is_some() => {
                return Err(problem(
                    &span,
                    "",
                    "the file holds more than one document",
                    "one curriculum a file",
                ));
            }
            Event::DocumentStart(..) => {
                let (event, span) = reader.next()?;
                value = Some(reader.value(event, &span, "", 0)?);
            }
            _ => return Err(problem(&span, "", "this is not YAML", "a mapping")),
        }
    }
    value.ok_or_else(|| Problem::at("", "the file is empty", "a curriculum"))
}

struct Reader<'t, 'b> {
    events: Parser<'t, StrInput<'t>>,
    /// Values with an anchor, and how many values are in each.
    anchors: HashMap<usize, (Value, usize)>,
    builder: &'b mut Builder,
}

impl<'t> Reader<'t, '_> {
    fn next(&mut self) -> Result<(Event<'t>, Span), Problem> {
        match self.events.next_event() {
            None => Err(Problem::at("", "the file ends too early", "a whole mapping")),
            Some(Ok(event)) => Ok(event),
            Some(Err(error)) => {
                let marker = error.marker();
                let place = Place {
                    line: marker.line(),
                    column: marker.col() + 1,
                };
                Err(Problem {
                    place: Some(place),
                    ..Problem::at(
                        "",
                        format!("this is not YAML: {}", error.info()),
                        "YAML 1.2, indented with spaces",
                    )
                })
            }
        }
    }

    fn value(
        &mut self,
        event: Event<'t>,
        span: &Span,
        pointer: &str,
        depth: usize,
    ) -> Result<Value, Problem> {
        self.builder.enter(pointer, place(span), depth)?;
        let before = self.builder.values;
        let (anchor, tag, value) = match event {
            Event::Alias(id) => {
                let Some((value, size)) = self.anchors.get(&id) else {
                    return Err(problem(
                        span,
                        pointer,
                        "the alias refers to a value that contains it",
                        "no alias",
                    ));
                };
                if depth + height(value) > MAX_DEPTH {
                    return Err(too_deep(pointer, Some(place(span))));
                }
                self.builder.count(*size, place(span))?;
                return Ok(value.clone());
            }
            Event::Scalar(text, style, anchor, tag) => (anchor, tag, scalar(&text, style)),
            Event::SequenceStart(_, anchor, tag) => (anchor, tag, self.list(pointer, depth)?),
            Event::MappingStart(_, anchor, tag) => (anchor, tag, self.mapping(pointer, depth)?),
            _ => return Err(problem(span, pointer, "this is not YAML", "a value")),
        };
        if tag.is_some() {
            return Err(problem(
                span,
                pointer,
                "the value has a tag (\"!\")",
                "the value without a tag; text in quotes",
            ));
        }
        if anchor != 0 {
            let size = self.builder.values - before;
            self.anchors.insert(anchor, (value.clone(), size));
        }
        Ok(value)
    }

    fn list(&mut self, pointer: &str, depth: usize) -> Result<Value, Problem> {
        let mut items = Vec::new();
        loop {
            let (event, span) = self.next()?;
            if event == Event::SequenceEnd {
                return Ok(Value::Array(items));
            }
            let inner = join(pointer, &items.len().to_string());
            items.push(self.value(event, &span, &inner, depth + 1)?);
        }
    }

    fn mapping(&mut self, pointer: &str, depth: usize) -> Result<Value, Problem> {
        let mut members = Map::new();
        loop {
            let (event, key_span) = self.next()?;
            let name = match event {
                Event::MappingEnd => return Ok(Value::Object(members)),
                Event::Scalar(name, ..) => name.into_owned(),
                _ => {
                    return Err(problem(
                        &key_span,
                        pointer,
                        "a member's name is not a text",
                        "a plain name",
                    ));
                }
            };
            let inner = join(pointer, &name);
            // The name is where people look, also when the value is a block that begins on the next line.
            self.builder
                .places
                .entry(inner.clone())
                .or_insert(place(&key_span));
            let (event, span) = self.next()?;
            let value = self.value(event, &span, &inner, depth + 1)?;
            if members.insert(name.clone(), value).is_some() {
                return Err(twice(&inner, &name, place(&key_span)));
            }
        }
    }
}

fn height(value: &Value) -> usize {
    match value {
        Value::Array(items) => 1 + items.iter().map(height).max().unwrap_or(0),
        Value::Object(members) => 1 + members.values().map(height).max().unwrap_or(0),
        _ => 0,
    }
}

/// The core schema (YAML 1.2.2 section 10.3): only plain scalars are anything but text.
fn scalar(text: &str, style: ScalarStyle) -> Value {
    if style != ScalarStyle::Plain {
        return Value::String(text.to_owned());
    }
    match text {
        "" | "~" | "null" | "Null" | "NULL" => return Value::Null,
        "true" | "True" | "TRUE" => return Value::Bool(true),
        "false" | "False" | "FALSE" => return Value::Bool(false),
        _ => {}
    }
    // Not `inf` and other words that Rust takes for numbers.
    let looks_numeric = text
        .bytes()
        .all(|byte| byte.is_ascii_digit() || b"+-.eE".contains(&byte));
    let number = looks_numeric
        .then(|| {
            let whole = text
                .strip_prefix('+')
                .unwrap_or(text)
                .parse::<i64>()
                .map(Number::from)
                .ok();
            whole.or_else(|| text.parse::<f64>().ok().and_then(Number::from_f64))
        })
        .flatten();
    number.map_or_else(|| Value::String(text.to_owned()), Value::Number)
}

fn place(span: &Span) -> Place {
    Place {
        line: span.start.line(),
        column: span.start.col() + 1,
    }
}

fn problem(span: &Span, pointer: &str, message: &str, expected: &str) -> Problem {
    Problem {
        place: Some(place(span)),
        ..Problem::at(pointer, message, expected)
    }
}
