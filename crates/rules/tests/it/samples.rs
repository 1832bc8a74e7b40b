//! The sample curricula are definitions without a fault.

use rules::load;

const SAMPLES: [(&str, &str); 2] = [
    (
        "forklift-operator.yaml",
        include_str!("../../../../samples/curricula/forklift-operator.yaml"),
    ),
    (
        "data-protection.yaml",
        include_str!("../../../../samples/curricula/data-protection.yaml"),
    ),
];

#[test]
fn every_sample_loads_without_a_warning() {
    for (file, text) in SAMPLES {
        let loaded = load(file, text).unwrap_or_else(|errors| panic!("{errors}"));
        assert_eq!(loaded.warnings, [], "{file}");
        assert_eq!(format!("{}.yaml", loaded.curriculum.id()), file);
    }
}

#[test]
fn a_sample_in_words() {
    let (file, text) = SAMPLES[0];
    let words = load(file, text).unwrap().curriculum.describe();
    assert_eq!(
        words,
        "Forklift operator (forklift-operator)
Safe work with counterbalanced trucks, renewed every year.
For everyone with the role forklift-operator.
Required:
  - Safety basics: pass with a score of at least 80 %. Why: Required by law before anybody drives.
  - Practical assessment: pass, after Safety basics (earlier does not count). Why: Nobody drives alone before an assessor has seen them drive.
  - Yearly test: pass with a score of at least 75 %, after Safety basics and Practical assessment (earlier does not count). Why: Keeps the rules of the yard in mind.
Suggested (never needed for the certificate):
  - A short history of lifting: complete.
Who has shown all of that is certified as \"Forklift operator\" for 1 year from the moment the last of it was shown.
A pass counts for a certificate that is earned less than 1 year after it.
It is renewed, from when three quarters of its time have gone, for those who have shown all of that again. Passing again earlier is not lost: it carries the certificate on from then."
    );
}

/// The examples of the guide, in its order.
fn guide() -> Vec<&'static str> {
    let text = include_str!("../../../../docs/curricula.md");
    text.split("```yaml\n")
        .skip(1)
        .filter_map(|part| part.split("```").next())
        .collect()
}

#[test]
fn every_example_of_the_guide_loads_without_a_warning() {
    assert!(guide().len() >= 2);
    for example in guide() {
        let loaded =
            load("docs/curricula.md", example).unwrap_or_else(|errors| panic!("{errors}\n{example}"));
        let mut warnings = loaded.warnings;
        if example != guide()[0] {
            // What is shown of something else leaves the reasons out.
            warnings.retain(|warning| !warning.message.starts_with("no reason is given"));
        }
        assert_eq!(warnings, [], "{example}");
    }
    assert!(
        guide()[0].lines().count() <= 12,
        "the simple case is a dozen lines"
    );
}
