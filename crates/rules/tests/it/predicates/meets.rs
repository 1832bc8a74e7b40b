//! Which statements meet a condition.

use rules::{Curriculum, Status, verbs};

use super::{evidence, exam, full, stand};
use crate::support::row;

#[test]
fn what_a_statement_meets() {
    let table: &[(&str, bool)] = &[
        (r#"{"verb": "passed"}"#, true),
        (r#"{"verb": "http://adlnet.gov/expapi/verbs/passed"}"#, true),
        (r#"{"verb": "completed"}"#, false),
        (r#"{"verb": ["completed", "passed"]}"#, true),
        (r#"{"verb": {"not": "passed"}}"#, false),
        (r#"{"activity": "https://courses.example.com/exam"}"#, true),
        (
            r#"{"activity": {"starts_with": "https://courses.example.com/"}}"#,
            true,
        ),
        (
            r#"{"activity": {"starts_with": "https://other.example.com/"}}"#,
            false,
        ),
        (
            r#"{"type": "http://adlnet.gov/expapi/activities/assessment"}"#,
            true,
        ),
        (r#"{"parent": "https://courses.example.com/course"}"#, true),
        (r#"{"grouping": "https://courses.example.com/b"}"#, true),
        (r#"{"grouping": "https://courses.example.com/c"}"#, false),
        (
            r#"{"grouping": {"contains": "https://courses.example.com/a"}}"#,
            true,
        ),
        (
            r#"{"grouping": {"all": {"starts_with": "https://courses.example.com/"}}}"#,
            true,
        ),
        (r#"{"grouping": {"all": "https://courses.example.com/a"}}"#, false),
        (r#"{"grouping": {"any": "https://courses.example.com/a"}}"#, true),
        (r#"{"category": {"exists": true}}"#, true),
        (r#"{"other": {"exists": true}}"#, false),
        (r#"{"other": {"exists": false}}"#, true),
        (r#"{"other": {"all": {"starts_with": "h"}}}"#, false),
        (
            r#"{"registration": "22222222-2222-4222-8222-222222222222"}"#,
            true,
        ),
        (
            r#"{"registration": "22222222-2222-4222-8222-222222222223"}"#,
            false,
        ),
        (
            r#"{"context.extensions": {"https://example.com/when": {"at_least": "2025-06-01"}}}"#,
            true,
        ),
        (
            r#"{"context.extensions": {"https://example.com/when": {"after": "2025-06-01"}}}"#,
            false,
        ),
        (
            r#"{"context.extensions": {"https://example.com/when": {"before": "2025-06-01T10:00:01Z"}}}"#,
            true,
        ),
        (
            r#"{"context.extensions": {"https://example.com/when": {"before": "2025-06-01T10:00:00Z"}}}"#,
            false,
        ),
        (
            r#"{"context.extensions": {"https://example.com/room": {"/seats": {"equals": [1, 2]}}}}"#,
            false,
        ),
        (
            r#"{"context.extensions": {"https://example.com/room": {"/seats": {"equals": [1, 2, 3.0]}}}}"#,
            true,
        ),
        (
            r#"{"context.extensions": {"https://example.com/room": {"equals": {"name": "B 2"}}}}"#,
            false,
        ),
        (r#"{"cel": "result.duration == duration('90m')"}"#, true),
        (r#"{"platform": "Moodle"}"#, true),
        (r#"{"platform": {"contains": "ood"}}"#, true),
        (r#"{"platform": "moodle"}"#, false),
        (
            r#"{"authority": {"account": {"homePage": "https://lrs.example.com", "name": "key-1"}}}"#,
            true,
        ),
        (
            r#"{"authority": {"account": {"homePage": "https://lrs.example.com", "name": "key-2"}}}"#,
            false,
        ),
        (
            r#"{"instructor": [{"mbox": "mailto:lee@example.com"}, {"mbox": "mailto:kim@example.com"}]}"#,
            true,
        ),
        (r#"{"instructor": {"exists": true}}"#, true),
        (
            r#"{"instructor": {"not": {"mbox": "mailto:kim@example.com"}}}"#,
            false,
        ),
        (r#"{"result.score.raw": 40.5}"#, true),
        (r#"{"result.score.raw": {"at_least": 40.5}}"#, true),
        (r#"{"result.score.raw": {"more_than": 40.5}}"#, false),
        (r#"{"result.score.raw": {"at_most": 40.4}}"#, false),
        (r#"{"result.score.raw": {"less_than": 41}}"#, true),
        (r#"{"result.score.raw": {"between": [40, 41]}}"#, true),
        (r#"{"result.score.raw": {"between": [41, 42]}}"#, false),
        (r#"{"result.score.scaled": {"at_least": 0.8}}"#, true),
        (r#"{"result.score.min": 0, "result.score.max": 50.0}"#, true),
        (r#"{"result.success": true, "result.completion": false}"#, true),
        (r#"{"result.completion": true}"#, false),
        (r#"{"result.duration": {"at_most": "90 minutes"}}"#, true),
        (r#"{"result.duration": {"less_than": "PT90M"}}"#, false),
        (r#"{"result.duration": "1 hour 30 minutes"}"#, true),
        (r#"{"result.response": "forty-two"}"#, true),
        (
            r#"{"result.response": {"starts_with": "forty", "contains": "two"}}"#,
            true,
        ),
        (
            r#"{"result.extensions": {"https://example.com/points": {"at_least": 12}}}"#,
            true,
        ),
        (
            r#"{"result.extensions": {"https://example.com/points": 12.0}}"#,
            true,
        ),
        (
            r#"{"result.extensions": {"https://example.com/proctored": true}}"#,
            false,
        ),
        (
            r#"{"context.extensions": {"https://example.com/proctored": true}}"#,
            true,
        ),
        (
            r#"{"context.extensions": {"https://example.com/proctored": "true"}}"#,
            false,
        ),
        (
            r#"{"context.extensions": {"https://example.com/room": {"/name": "B 2"}}}"#,
            true,
        ),
        (
            r#"{"context.extensions": {"https://example.com/room": {"/seats": {"contains": 3}}}}"#,
            true,
        ),
        (
            r#"{"context.extensions": {"https://example.com/room": {"/seats": {"equals": [1, 2, 3.0]}}}}"#,
            true,
        ),
        (
            r#"{"context.extensions": {"https://example.com/checklist": {"/0": {"equals": {"done": true, "step": "belt"}}}}}"#,
            true,
        ),
        (
            r#"{"context.extensions": {"https://example.com/checklist": {"/0": {"equals": {"step": "belt"}}}}}"#,
            false,
        ),
        (
            r#"{"context.extensions": {"https://example.com/room": {"/seats/1": {"at_least": 3}}}}"#,
            false,
        ),
        (
            r#"{"context.extensions": {"https://example.com/room": {"/since": {"before": "2025-06-02"}}}}"#,
            true,
        ),
        (
            r#"{"context.extensions": {"https://example.com/room": {"/floor": {"exists": false}}}}"#,
            true,
        ),
        (
            r#"{"context.extensions": {"https://example.com/checklist": {"any": {"/done": true}}}}"#,
            true,
        ),
        (
            r#"{"context.extensions": {"https://example.com/checklist": {"all": {"/done": true}}}}"#,
            false,
        ),
        (
            r#"{"context.extensions": {"https://example.com/checklist": {"all": {"/step": {"exists": true}}}}}"#,
            true,
        ),
        (
            r#"{"context.extensions": {"https://example.com/empty": {"all": {"/done": true}}}}"#,
            false,
        ),
        (
            r#"{"context.extensions": {"https://example.com/took": {"at_least": "40 minutes"}}}"#,
            true,
        ),
        (
            r#"{"context.extensions": {"https://example.com/took": {"at_least": 40}}}"#,
            false,
        ),
        (
            r#"{"context.extensions": {"https://example.com/none": {"exists": true}}}"#,
            true,
        ),
        (
            r#"{"timestamp": {"at_least": "2026-03-02", "at_most": "2026-03-02"}}"#,
            true,
        ),
        (r#"{"timestamp": "2026-03-02"}"#, true),
        (r#"{"timestamp": {"after": "2026-03-02"}}"#, false),
        (r#"{"timestamp": {"after": "2026-03-01"}}"#, true),
        (r#"{"timestamp": {"before": "2026-03-02"}}"#, false),
        (r#"{"timestamp": {"before": "2026-03-02T10:00:00.001Z"}}"#, true),
        (
            r#"{"timestamp": {"between": ["2026-01-01", "2026-12-31"]}}"#,
            true,
        ),
        (
            r#"{"result.score.raw": {"any_of": [{"less_than": 10}, {"more_than": 40}]}}"#,
            true,
        ),
        (
            r#"{"any_of": [{"verb": "completed"}, {"platform": "Moodle"}]}"#,
            true,
        ),
        (
            r#"{"any_of": [{"verb": "completed"}, {"platform": "Ilias"}]}"#,
            false,
        ),
        (
            r#"{"all_of": [{"verb": "passed"}, {"not": {"platform": "Ilias"}}]}"#,
            true,
        ),
        (r#"{"not": {"verb": "passed", "platform": "Ilias"}}"#, true),
        (r#"{"cel": "result.score.raw > 40.0 && result.success"}"#, true),
        (r#"{"cel": "result.score.raw > 41"}"#, false),
        (r#"{"cel": "result.duration <= duration('90m')"}"#, true),
        (
            r#"{"cel": "timestamp < timestamp('2026-03-02T10:00:00.001Z')"}"#,
            true,
        ),
        (
            r#"{"cel": "context.extensions['https://example.com/checklist'].exists(item, item.step == 'horn' && !item.done)"}"#,
            true,
        ),
        (
            r#"{"cel": "context.extensions['https://example.com/checklist'].filter(item, item.done).size() == 1"}"#,
            true,
        ),
        (r#"{"cel": "has(result.success) && !has(result.nothing)"}"#, true),
        (
            r#"{"cel": "grouping.all(iri, iri.startsWith('https://courses'))"}"#,
            true,
        ),
        (
            r#"{"cel": "type.endsWith('/assessment') && instructor.mbox.contains('kim')"}"#,
            true,
        ),
        (
            r#"{"cel": "verb == 'http://adlnet.gov/expapi/verbs/passed' ? platform == 'Moodle' : false"}"#,
            true,
        ),
        (
            r#"{"cel": "context.extensions['https://example.com/room'].seats[0] + 1 == 2"}"#,
            true,
        ),
        (
            r#"{"cel": "context.extensions['https://example.com/absent'] == 1"}"#,
            false,
        ),
        (r#"{"cel": "result.score.raw"}"#, false),
    ];
    let row = evidence(&full());
    for (says, holds) in table {
        let curriculum = exam(says);
        let standing = stand(&curriculum, std::slice::from_ref(&row));
        assert_eq!(
            standing.status == Status::Certified,
            *holds,
            "{says}: {standing:?}"
        );
        assert_eq!(
            Curriculum::from_json(&curriculum.to_json()).unwrap(),
            curriculum,
            "{says}"
        );
        let again = Curriculum::from_json(&curriculum.to_json()).unwrap();
        assert_eq!(again.to_json(), curriculum.to_json(), "{says}");
    }
}

#[test]
fn what_is_not_said_meets_no_condition() {
    let bare = row(1, "exam", verbs::PASSED, "2026-03-02");
    for says in [
        r#"{"result.score.raw": {"at_most": 100}}"#,
        r#"{"result.success": false}"#,
        r#"{"result.duration": {"at_most": "1 hour"}}"#,
        r#"{"instructor": {"exists": true}}"#,
        r#"{"platform": {"contains": ""}}"#,
        r#"{"registration": {"exists": true}}"#,
        r#"{"type": {"starts_with": "h"}}"#,
        r#"{"cel": "result.score.raw < 100.0"}"#,
    ] {
        assert_eq!(
            stand(&exam(says), std::slice::from_ref(&bare)).status,
            Status::InProgress,
            "{says}"
        );
    }
    let says =
        r#"{"not": {"platform": "Ilias"}, "instructor": {"exists": false}, "cel": "platform == null"}"#;
    assert_eq!(stand(&exam(says), &[bare]).status, Status::Certified);
}
