//! The shape of what is told to the server: JSON held against a schema, with findings that say what was expected.

use jsonschema::Validator;
use rules::Finding;
use serde_json::Value;

/// A schema, ready to check with.
pub(crate) struct Shape {
    schema: Value,
    validator: Validator,
}

impl Shape {
    /// From a schema as it ships; `None` when it is none, which a test holds never to be so.
    pub(crate) fn new(schema: Value) -> Option<Self> {
        let validator = jsonschema::options()
            .should_validate_formats(true)
            .build(&schema)
            .ok()?;
        Some(Self { schema, validator })
    }

    /// All that is wrong with a value that stands at `path` in `file`.
    pub(crate) fn findings(&self, file: &str, path: &str, value: &Value) -> Vec<Finding> {
        self.validator
            .iter_errors(value)
            .map(|error| {
                finding(
                    file,
                    format!("{path}{}", error.instance_path()),
                    error.to_string(),
                    self.expected_at(&error.schema_path().to_string()),
                )
            })
            .collect()
    }

    /// The schema's own words on what belongs where an error was found: the nearest `description` above it.
    fn expected_at(&self, schema_path: &str) -> String {
        let mut pointer = schema_path;
        loop {
            let described = self
                .schema
                .pointer(pointer)
                .and_then(|place| place.get("description"));
            if let Some(Value::String(text)) = described {
                return text.clone();
            }
            match pointer.rsplit_once('/') {
                Some((above, _)) => pointer = above,
                None => return "what the schema describes".to_owned(),
            }
        }
    }
}

/// A finding in JSON, which has no lines.
pub(crate) fn finding(
    file: &str,
    path: impl Into<String>,
    message: impl Into<String>,
    expected: impl Into<String>,
) -> Finding {
    Finding {
        file: file.to_owned(),
        line: None,
        column: None,
        path: path.into(),
        message: message.into(),
        expected: expected.into(),
    }
}
