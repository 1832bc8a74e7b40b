//! JSON, with the place of every value, duplicate members refused.

use jiter::{Jiter, JiterError, Peek};
use serde_json::{Map, Value};

use super::{Builder, Place, Problem, join, twice};

pub(super) fn read(text: &str, builder: &mut Builder) -> Result<Value, Problem> {
    let lines = std::iter::once(0)
        .chain(
            text.bytes()
                .enumerate()
                .filter(|(_, byte)| *byte == b'\n')
                .map(|(index, _)| index + 1),
        )
        .collect();
    let mut reader = Reader {
        json: Jiter::new(text.as_bytes()),
        text,
        lines,
        builder,
    };
    let peek = reader.json.peek().map_err(|error| reader.problem("", &error))?;
    let value = reader.value(peek, "", 0)?;
    reader.json.finish().map_err(|error| reader.problem("", &error))?;
    Ok(value)
}

struct Reader<'t, 'b> {
    json: Jiter<'t>,
    text: &'t str,
    /// Where each line begins.
    lines: Vec<usize>,
    builder: &'b mut Builder,
}

impl Reader<'_, '_> {
    fn value(&mut self, peek: Peek, pointer: &str, depth: usize) -> Result<Value, Problem> {
        let place = self.place(self.json.current_index());
        self.builder.enter(pointer, place, depth)?;
        let result = match peek {
            Peek::Null => self.json.known_null().map(|()| Value::Null),
            Peek::True | Peek::False => self.json.known_bool(peek).map(Value::Bool),
            Peek::String => self.json.known_str().map(|text| Value::String(text.to_owned())),
            Peek::Array => return self.list(pointer, depth),
            Peek::Object => return self.mapping(pointer, depth),
            _ => self.json.known_number_bytes(peek).map(number),
        };
        result.map_err(|error| self.problem(pointer, &error))
    }

    fn list(&mut self, pointer: &str, depth: usize) -> Result<Value, Problem> {
        let mut items = Vec::new();
        let mut next = self
            .json
            .known_array()
            .map_err(|error| self.problem(pointer, &error))?;
        while let Some(peek) = next {
            items.push(self.value(peek, &join(pointer, &items.len().to_string()), depth + 1)?);
            next = self
                .json
                .array_step()
                .map_err(|error| self.problem(pointer, &error))?;
        }
        Ok(Value::Array(items))
    }

    fn mapping(&mut self, pointer: &str, depth: usize) -> Result<Value, Problem> {
        let mut members = Map::new();
        let mut key = self.json.known_object().map(|key| key.map(str::to_owned));
        loop {
            let Some(name) = key.map_err(|error| self.problem(pointer, &error))? else {
                return Ok(Value::Object(members));
            };
            let inner = join(pointer, &name);
            let peek = self.json.peek().map_err(|error| self.problem(&inner, &error))?;
            let place = self.place(self.json.current_index());
            let value = self.value(peek, &inner, depth + 1)?;
            if members.insert(name.clone(), value).is_some() {
                return Err(twice(&inner, &name, place));
            }
            key = self.json.next_key().map(|key| key.map(str::to_owned));
        }
    }

    fn place(&self, index: usize) -> Place {
        let line = self.lines.partition_point(|start| *start <= index);
        let start = line
            .checked_sub(1)
            .and_then(|line| self.lines.get(line))
            .copied()
            .unwrap_or(0);
        let before = self
            .text
            .get(start..index)
            .map_or(0, |before| before.chars().count());
        Place {
            line,
            column: before + 1,
        }
    }

    fn problem(&self, pointer: &str, error: &JiterError) -> Problem {
        Problem {
            place: Some(self.place(error.index)),
            ..Problem::at(
                pointer,
                format!("this is not JSON: {}", error.error_type),
                "JSON (RFC 8259), or YAML in a file that is not named .json",
            )
        }
    }
}

fn number(bytes: &[u8]) -> Value {
    serde_json::from_slice(bytes)
        .unwrap_or_else(|_| Value::String(String::from_utf8_lossy(bytes).into_owned()))
}
