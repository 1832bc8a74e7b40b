//! A StatementResult (1.0.3, Data 2.5), put together from the kept texts: nothing is read or written again.

use store::StoredStatement;

pub(super) fn write(statements: &[StoredStatement], more: &str) -> String {
    let length: usize = statements.iter().map(|statement| statement.text.len() + 1).sum();
    let mut body = String::with_capacity(length + more.len() + 40);
    body.push_str("{\"statements\":[");
    for (at, statement) in statements.iter().enumerate() {
        if at > 0 {
            body.push(',');
        }
        body.push_str(&statement.text);
    }
    body.push_str("],\"more\":");
    xapi::json::write_string(more, &mut body);
    body.push('}');
    body
}
