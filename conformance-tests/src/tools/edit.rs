//! Changes one place of a JSON value, named by a JSON pointer (RFC 6901).

use serde_json::{Map, Value};

/// Splits off the last step of a pointer.
fn parent_of(pointer: &str) -> (&str, String) {
    let (parent, last) = pointer.rsplit_once('/').unwrap_or(("", pointer));
    (parent, last.replace("~1", "/").replace("~0", "~"))
}

/// The value with `new` at the pointer, whose parent must be there; otherwise unchanged.
pub(crate) fn set(mut value: Value, pointer: &str, new: Value) -> Value {
    let (parent, last) = parent_of(pointer);
    match value.pointer_mut(parent) {
        Some(Value::Object(members)) => {
            members.insert(last, new);
        }
        Some(Value::Array(items)) => {
            if let Some(item) = last.parse::<usize>().ok().and_then(|index| items.get_mut(index)) {
                *item = new;
            }
        }
        _ => {}
    }
    value
}

/// The value with `new` at the pointer, objects made on the way where they are missing.
pub(crate) fn put(mut value: Value, pointer: &str, new: Value) -> Value {
    let mut made = String::new();
    let steps: Vec<&str> = pointer.split('/').skip(1).collect();
    for step in steps.iter().take(steps.len().saturating_sub(1)) {
        made.push('/');
        made.push_str(step);
        if value.pointer(&made).is_none() {
            value = set(value, &made, Value::Object(Map::new()));
        }
    }
    set(value, pointer, new)
}

/// The value without the member at the pointer.
pub(crate) fn remove(mut value: Value, pointer: &str) -> Value {
    let (parent, last) = parent_of(pointer);
    if let Some(Value::Object(members)) = value.pointer_mut(parent) {
        members.shift_remove(&last);
    }
    value
}

/// The value with the member at the pointer under another name.
pub(crate) fn rename(value: Value, pointer: &str, name: &str) -> Value {
    let (parent, _) = parent_of(pointer);
    match value.pointer(pointer).cloned() {
        Some(member) => {
            let escaped = name.replace('~', "~0").replace('/', "~1");
            set(remove(value, pointer), &format!("{parent}/{escaped}"), member)
        }
        None => value,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn edits_touch_one_place() {
        let value = json!({ "a": { "b": [1, 2] }, "c": 3 });
        assert_eq!(
            set(value.clone(), "/a/b/1", json!(9)),
            json!({ "a": { "b": [1, 9] }, "c": 3 })
        );
        assert_eq!(set(value.clone(), "/d", json!(4))["d"], 4);
        assert_eq!(put(value.clone(), "/x/y/z", json!(1))["x"]["y"]["z"], 1);
        assert_eq!(remove(value.clone(), "/a"), json!({ "c": 3 }));
        assert_eq!(rename(value, "/c", "C"), json!({ "a": { "b": [1, 2] }, "C": 3 }));
    }
}
