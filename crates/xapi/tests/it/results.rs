//! Results and scores (Data 2.4.5).

use xapi::Version;

use crate::support::{BOTH, PLAIN, accepts, received, refused, refuses, with};

#[test]
fn a_result_measures() {
    accepts(
        PLAIN,
        "result",
        &[
            "{}",
            r#"{"success":true,"completion":false}"#,
            r#"{"response":""}"#,
            r#"{"response":"Line\nbreak"}"#,
            r#"{"duration":"PT1H0M0.1S","extensions":{"http://a.b":null}}"#,
            r#"{"score":{}}"#,
        ],
    );
    refuses(
        PLAIN,
        "result",
        &[
            ("null", "$.result"),
            (r#""passed""#, "$.result"),
            (r#"{"success":"true"}"#, "$.result.success"),
            (r#"{"success":1}"#, "$.result.success"),
            (r#"{"success":null}"#, "$.result.success"),
            (r#"{"completion":"false"}"#, "$.result.completion"),
            (r#"{"Completion":true}"#, "$.result.Completion"),
            (r#"{"response":7}"#, "$.result.response"),
            (r#"{"response":["a"]}"#, "$.result.response"),
            (r#"{"duration":12345}"#, "$.result.duration"),
            (r#"{"duration":"PA1H0M0S"}"#, "$.result.duration"),
            (r#"{"duration":""}"#, "$.result.duration"),
            (r#"{"extensions":"x"}"#, "$.result.extensions"),
            (r#"{"extensions":{"x":1}}"#, "$.result.extensions.x"),
            (r#"{"grade":"A"}"#, "$.result.grade"),
        ],
    );
}

#[test]
fn the_numbers_of_a_score_fit_together() {
    accepts(
        PLAIN,
        "result.score".split('.').next().unwrap(),
        &[
            r#"{"score":{"scaled":1}}"#,
            r#"{"score":{"scaled":-1.0}}"#,
            r#"{"score":{"scaled":0}}"#,
            r#"{"score":{"raw":-7,"min":-10,"max":10}}"#,
            r#"{"score":{"raw":10,"min":10,"max":11}}"#,
            r#"{"score":{"raw":11,"min":10,"max":11}}"#,
            r#"{"score":{"raw":1e300}}"#,
            r#"{"score":{"raw":5,"max":5}}"#,
            r#"{"score":{"min":3}}"#,
        ],
    );
    refuses(
        PLAIN,
        "result",
        &[
            (r#"{"score":7}"#, "$.result.score"),
            (r#"{"score":null}"#, "$.result.score"),
            (r#"{"score":{"scaled":1.1}}"#, "$.result.score.scaled"),
            (r#"{"score":{"scaled":-1.00001}}"#, "$.result.score.scaled"),
            (r#"{"score":{"scaled":"0.5"}}"#, "$.result.score.scaled"),
            (r#"{"score":{"raw":"7"}}"#, "$.result.score.raw"),
            (r#"{"score":{"raw":null}}"#, "$.result.score.raw"),
            (r#"{"score":{"raw":true}}"#, "$.result.score.raw"),
            (r#"{"score":{"max":"100"}}"#, "$.result.score.max"),
            (r#"{"score":{"raw":9,"min":10}}"#, "$.result.score.raw"),
            (r#"{"score":{"raw":12,"max":11}}"#, "$.result.score.raw"),
            (r#"{"score":{"min":10,"max":10}}"#, "$.result.score.max"),
            (r#"{"score":{"min":11,"max":10}}"#, "$.result.score.max"),
            (r#"{"score":{"percent":50}}"#, "$.result.score.percent"),
            (r#"{"score":{"Raw":50}}"#, "$.result.score.Raw"),
        ],
    );
}

#[test]
fn scores_are_compared_exactly_not_as_doubles() {
    // As doubles these are all equal to the bound.
    let score = |score: &str| {
        PLAIN.trim_end().trim_end_matches('}').to_owned() + ",\"result\":{\"score\":" + score + "}}"
    };
    refused(
        &score(r#"{"scaled":1.00000000000000000001}"#),
        &BOTH,
        "$.result.score.scaled",
    );
    refused(
        &score(r#"{"raw":9007199254740993,"max":9007199254740992}"#),
        &BOTH,
        "$.result.score.raw",
    );
    refused(&score(r#"{"min":1.0,"max":1e0}"#), &BOTH, "$.result.score.max");
    refused(&score(r#"{"raw":1e400}"#), &BOTH, "$.result.score.raw");
    let received = received(&score(r#"{"scaled":0.10,"raw":1e2,"max":100.0}"#), Version::V1_0).unwrap();
    let score = received
        .statement()
        .result
        .as_ref()
        .unwrap()
        .score
        .as_ref()
        .unwrap();
    assert_eq!(score.raw().unwrap().as_str(), "1e2");
    assert_eq!(score.raw(), score.max());
    assert_eq!(score.scaled().unwrap().as_f64(), 0.1);
    assert_eq!(score.scaled().unwrap().as_str(), "0.10");
}

#[test]
fn a_result_is_read_whole() {
    let json = with(
        PLAIN,
        "result",
        r#"{"success":false,"response":"a[,]b","duration":"PT5S","extensions":{"http://a.b/x":{"k":[1, 2]}}}"#,
    );
    let received = received(&json, Version::V2_0).unwrap();
    let result = received.statement().result.as_ref().unwrap();
    assert_eq!((result.success, result.completion), (Some(false), None));
    assert_eq!(result.response.as_deref(), Some("a[,]b"));
    assert_eq!(result.duration.as_ref().unwrap().as_seconds(), Some(5.0));
    assert_eq!(result.extensions.get("http://a.b/x"), Some(r#"{"k":[1, 2]}"#));
    assert_eq!(result.extensions.get("http://a.b/y"), None);
}
