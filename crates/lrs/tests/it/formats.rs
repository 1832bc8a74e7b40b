//! `format` and `Accept-Language` (1.0.3, Communication 2.1.3).

use serde_json::{Value, json};

use crate::harness::{Lab, on_both_stores, query, statement};

on_both_stores!(
    exact_ids_canonical,
    canonical_speaks_the_clients_language,
    formats_of_one_statement
);

fn told() -> Value {
    let mut told = statement("ann", "did", "it");
    told["actor"]["name"] = json!("Ann");
    told["verb"]["display"] = json!({"en": "did", "de": "tat", "fr": "a fait"});
    told["object"]["definition"] = json!({
        "name": {"en": "It", "de": "Es"},
        "type": "http://example.com/types/t",
    });
    told
}

async fn listed(lab: &Lab, pairs: &[(&str, &str)], language: Option<&str>) -> Value {
    let mut request = lab.get(&format!("/statements?{}", query(pairs)));
    if let Some(language) = language {
        request = request.header("Accept-Language", language);
    }
    request.send().await.expect(200).json()["statements"].clone()
}

async fn exact_ids_canonical(lab: Lab) {
    lab.write(&told()).await;
    let mut more = told();
    more["object"]["definition"] = json!({"description": {"en": "More of it"}});
    lab.write(&more).await;

    for pairs in [&[][..], &[("format", "exact")]] {
        let exact = listed(&lab, pairs, Some("de")).await;
        assert_eq!(exact[1]["verb"], told()["verb"], "languages are left alone");
        assert_eq!(exact[1]["object"], told()["object"]);
        assert_eq!(exact[0]["object"], more["object"]);
    }
    let ids = listed(&lab, &[("format", "ids")], None).await;
    for statement in ids.as_array().expect("statements") {
        assert_eq!(statement["object"]["id"], told()["object"]["id"]);
        assert!(statement["object"].get("definition").is_none());
        assert!(statement["verb"].get("display").is_none());
        assert!(statement["actor"].get("name").is_none());
        assert_eq!(statement["actor"]["mbox"], told()["actor"]["mbox"]);
    }
    let canonical = listed(&lab, &[("format", "canonical")], Some("en")).await;
    for statement in canonical.as_array().expect("statements") {
        assert_eq!(
            statement["object"]["definition"]["name"],
            json!({"en": "It"}),
            "the merged definition"
        );
        assert_eq!(
            statement["object"]["definition"]["description"],
            json!({"en": "More of it"})
        );
        assert_eq!(statement["actor"]["name"], "Ann", "agents as they were received");
    }
}

async fn canonical_speaks_the_clients_language(lab: Lab) {
    lab.write(&told()).await;
    for (language, verb, name) in [
        (Some("de"), "de", "de"),
        (Some("en"), "en", "en"),
        (Some("fr, en;q=0.5"), "fr", "en"),
        (Some("en;q=0.1, de;q=0.9"), "de", "de"),
        (Some("de-AT"), "de", "de"),
    ] {
        let statements = listed(&lab, &[("format", "canonical")], language).await;
        let keys = |map: &Value| {
            map.as_object()
                .expect("a map")
                .keys()
                .cloned()
                .collect::<Vec<_>>()
        };
        assert_eq!(keys(&statements[0]["verb"]["display"]), [verb], "{language:?}");
        assert_eq!(
            keys(&statements[0]["object"]["definition"]["name"]),
            [name],
            "{language:?}"
        );
    }
    for language in [None, Some("tlh"), Some("*"), Some(";;;=,"), Some("")] {
        let statements = listed(&lab, &[("format", "canonical")], language).await;
        assert_eq!(
            statements[0]["verb"]["display"]
                .as_object()
                .map(serde_json::Map::len),
            Some(1),
            "exactly one: {language:?}"
        );
    }
}

async fn formats_of_one_statement(lab: Lab) {
    let [id] = lab.write(&told()).await.try_into().expect("one id");
    let get = |format: &str| {
        lab.get(&format!("/statements?statementId={id}&format={format}"))
            .header("Accept-Language", "de")
            .send()
    };
    assert!(
        get("ids").await.expect(200).json()["verb"]
            .get("display")
            .is_none()
    );
    assert_eq!(
        get("canonical").await.expect(200).json()["verb"]["display"],
        json!({"de": "tat"})
    );
    assert_eq!(
        get("exact").await.expect(200).json()["verb"]["display"],
        told()["verb"]["display"]
    );
    get("pretty").await.expect(400);
}
