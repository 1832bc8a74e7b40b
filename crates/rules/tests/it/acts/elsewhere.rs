//! Credentials of outside issuers, and certificates of other curricula.

use rules::{ActKind, Curriculum, Evidence, Status, View, evaluate_as};
use xapi::Iri;

use super::look;
use crate::support::{FORKLIFT, act, at, curriculum, ids, pass, person};

fn credential(issuer: &str, issued: &str, expires: Option<&str>) -> ActKind {
    ActKind::Credential {
        credential: Iri::parse("https://board.example/welding-2").unwrap(),
        issuer: Iri::parse(issuer).unwrap(),
        title: Some("Welding 2".to_owned()),
        issued: at(issued),
        expires: expires.map(at),
        reference: None,
    }
}

#[test]
fn a_credential_of_an_outside_issuer_counts_while_it_is_valid() {
    let curriculum = curriculum(
        "
curriculum: welder
title: Welder
audience: { roles: [driver] }
courses:
  - { id: licence, title: Licence, credential: https://board.example/welding-2, issuer: https://board.example }
  - { id: house, title: House rules, activity: https://courses.example.com/house }
certification: { validity: 1 year }
",
    );
    let own = [act(
        90,
        at("2026-02-01"),
        credential("https://board.example", "2025-06-01", Some("2026-06-01")),
    )];
    let evidence = [pass(1, "house", "", "2026-03-01")];
    let standing = look(&curriculum, &evidence, &own, "2026-03-01");
    assert_eq!(standing.status, Status::Certified);
    assert_eq!(
        standing.requirements[0].reason,
        "holds 'Welding 2' of https://board.example since 2025-06-01, until 2026-06-01"
    );
    let expired = [pass(1, "house", "", "2026-06-01")];
    let standing = look(&curriculum, &expired, &own, "2026-06-02");
    assert_eq!(standing.status, Status::InProgress);
    assert_eq!(
        standing.requirements[0].missing.as_deref(),
        Some("show the credential 'Licence'")
    );
    let other = [act(
        90,
        at("2026-02-01"),
        credential("https://other.example", "2025-06-01", None),
    )];
    assert_eq!(
        look(&curriculum, &evidence, &other, "2026-03-01").status,
        Status::InProgress
    );
}

fn lead(needed: &str) -> Curriculum {
    curriculum(&format!(
        "
curriculum: lead
title: Lead
audience: {{ roles: [driver] }}
courses:
  - {{ id: driver, title: Driver, certificate: forklift, needed: {needed} }}
  - {{ id: leading, activity: https://courses.example.com/leading }}
certification: {{ validity: 2 years }}
"
    ))
}

#[test]
fn the_certificate_of_another_curriculum_at_award_or_all_the_time() {
    let forklift = curriculum(FORKLIFT);
    let evidence = [
        pass(1, "basics", "0.9", "2026-01-10"),
        pass(2, "practice", "", "2026-02-01"),
        pass(3, "leading", "", "2026-03-01"),
        pass(4, "leading", "", "2027-03-01"),
    ];
    let others = [&forklift];
    let look = |curriculum: &Curriculum, evidence: &[Evidence], when: &str| {
        let view = View {
            others: &others,
            ..View::at(at(when))
        };
        evaluate_as(curriculum, &person("driver"), evidence, &view)
    };
    let once = lead("active_at_award");
    assert_eq!(once.certificates_asked().collect::<Vec<_>>(), ["forklift"]);
    assert_eq!(forklift.certificates_asked().next(), None);
    let needed = |courses: &str| -> Vec<String> {
        let yaml = format!("curriculum: c\ntitle: C\naudience: {{ everyone: true }}\ncourses: [{courses}]\n");
        curriculum(&yaml)
            .certificates_needed()
            .map(str::to_owned)
            .collect()
    };
    let (a, b) = ("{ id: a, certificate: x }", "{ id: b, certificate: y }");
    assert_eq!(needed(&format!("{a}, {b}")), ["x", "y"]);
    assert_eq!(
        needed(&format!("{{ id: g, of: [{a}, {b}], at_least: 1 }}")),
        [""; 0]
    );
    assert_eq!(
        needed(&format!("{a}, {{ id: g, of: [{b}], at_least: 1 }}")),
        ["x", "y"]
    );
    assert_eq!(
        needed(&format!("{b}, {{ id: a, certificate: x, suggested: true }}")),
        ["y"]
    );
    let nothing = look(&once, &[], "2026-03-01");
    assert_eq!(
        nothing.requirements[0].missing.as_deref(),
        Some("hold the certificate of forklift for 'Driver'")
    );
    let standing = look(&once, &evidence[..3], "2026-03-01");
    assert_eq!(standing.status, Status::Certified);
    assert_eq!(
        standing.requirements[0].reason,
        "holds the certificate 'Driver' since 2026-02-01, until 2027-02-01"
    );
    assert_eq!(standing.entitlement.unwrap().statements, ids(&[1, 2, 3]));
    // It stays when the other ends, but is not renewed without it.
    assert_eq!(
        look(&once, &evidence[..3], "2027-02-02").status,
        Status::Certified
    );
    let ended = look(&once, &evidence, "2028-03-02");
    assert_eq!(ended.status, Status::Expired);

    let always = lead("active_always");
    assert_eq!(
        look(&always, &evidence[..3], "2027-01-31").next_change_at,
        Some(at("2027-02-01"))
    );
    let suspended = look(&always, &evidence[..3], "2027-02-01");
    assert_eq!(
        (suspended.status, suspended.entitlement),
        (Status::Suspended, None)
    );
    assert_eq!(
        suspended.suspended.unwrap().reason,
        "the certificate 'Driver' is not in force, and 'Lead' needs it all the time"
    );
    let mut renewed = evidence[..3].to_vec();
    renewed.extend([
        pass(5, "basics", "0.9", "2027-02-10"),
        pass(6, "practice", "", "2027-02-11"),
    ]);
    assert_eq!(look(&always, &renewed, "2027-02-12").status, Status::Certified);
}

#[test]
fn curricula_that_wait_for_each_other_certify_nobody_and_end() {
    let one = curriculum(
        "
curriculum: one
title: One
audience: { everyone: true }
courses: [{ id: a, certificate: two }]
",
    );
    let two = curriculum(
        "
curriculum: two
title: Two
audience: { everyone: true }
courses: [{ id: a, certificate: one }]
",
    );
    let others = [&one, &two];
    let view = View {
        others: &others,
        ..View::at(at("2026-03-01"))
    };
    assert_eq!(
        evaluate_as(&one, &person("driver"), &[], &view).status,
        Status::NotStarted
    );
}
