//! The About Resource (1.0.3, Communication 2.8).

use crate::harness::{Lab, on_both_stores};

on_both_stores!(is_open_to_everybody_in_any_version);

async fn is_open_to_everybody_in_any_version(lab: Lab) {
    for (request, version) in [
        (lab.get("/about"), "1.0.3"),
        (lab.get("/about").version("2.0.0"), "2.0.0"),
        (lab.get("/about").no_version(), "2.0.0"),
        (lab.get("/about").anonymous().no_version(), "2.0.0"),
        (lab.get("/about").anonymous().version("0.95"), "2.0.0"),
        (lab.get("/about").key("nobody"), "1.0.3"),
    ] {
        let answer = request.send().await.expect(200);
        let about = answer.json();
        let versions = about["version"].as_array().expect("an array");
        for expected in ["2.0.0", "1.0.3", "1.0.0"] {
            assert!(versions.iter().any(|version| version == expected), "{about}");
        }
        assert_eq!(
            about.as_object().expect("an object").len(),
            1,
            "nothing but what the standard names"
        );
        assert_eq!(answer.header("x-experience-api-version"), Some(version));
    }
    let head = lab.head("/about").send().await.expect(200);
    assert!(head.body.is_empty());
    lab.get("/about?x=1").send().await.expect(400);
    lab.post("/about").body("{}").send().await.expect(405);
}
