//! Figures of people and groups, from statements and posted ones.

use rules::measures::{Report, measure, measure_group};
use rules::{Act, ActKind, Evidence, EvidenceScore, Number, View};
use serde_json::json;
use uuid::Uuid;
use xapi::Iri;

use super::{learner, number, one, report, with};
use crate::support::{at, course_iri, pass, row};

fn kpi(id: u128, value: &str, when: &str) -> Evidence {
    let mut row = row(id, "damage", "http://adlnet.gov/expapi/verbs/experienced", when);
    row.score = Some(EvidenceScore {
        raw: number(value),
        ..EvidenceScore::default()
    });
    row
}

pub(super) fn figure(id: u128, value: &str, when: &str) -> Act {
    Act {
        id: Uuid::from_u128(id),
        at: at(when),
        by: "finance".to_owned(),
        reason: String::new(),
        undone_at: None,
        kind: ActKind::Figure {
            kpi: course_iri("damage").as_str().to_owned(),
            value: Number::parse(value).unwrap(),
            from: None,
            until: at(when),
        },
    }
}

#[test]
fn figures_of_people() {
    let base = "id: m, kpi: https://courses.example.com/damage";
    let people = [
        vec![kpi(1, "4", "2026-03-01"), kpi(2, "2", "2026-05-01")],
        vec![kpi(3, "6", "2026-05-02")],
        vec![],
    ];
    for (more, value, n, people_met, met) in [
        ("target: 4, better: lower", "4.5", 2, Some(1), Some(false)),
        ("combine: sum", "6", 2, None, None),
        ("combine: latest, target: 3", "4", 2, Some(1), Some(true)),
        ("window: 31 days", "4", 2, None, None),
    ] {
        let curriculum = with(&format!("[{{ {base}, {more} }}]"));
        let own = report(&curriculum, &people, None, "2026-06-01")
            .measures
            .remove(0);
        assert_eq!((own.value, own.n), (number(value), n), "{more}");
        assert_eq!((own.people_met, own.met), (people_met, met), "{more}");
        assert_eq!(own.level.number(), 4);
    }
    let extension = with(&format!("[{{ {base}, value: 'https://kpi.example.com/euros' }}]"));
    let mut evidence = kpi(1, "4", "2026-03-01");
    assert_eq!(
        one(&extension, std::slice::from_ref(&evidence), "2026-06-01").value,
        None
    );
    evidence.result_extensions = [(Iri::parse("https://kpi.example.com/euros").unwrap(), json!(12.5))].into();
    assert_eq!(
        one(&extension, std::slice::from_ref(&evidence), "2026-06-01").value,
        number("12.5")
    );
    for (value, expected) in [
        (json!("12.5"), number("12.5")),
        (json!("a lot"), None),
        (json!([1]), None),
    ] {
        evidence.result_extensions = [(Iri::parse("https://kpi.example.com/euros").unwrap(), value)].into();
        let own = one(&extension, std::slice::from_ref(&evidence), "2026-06-01");
        assert_eq!(own.value, expected);
    }
    let sum = with(&format!("[{{ {base}, combine: sum }}]"));
    assert_eq!(
        one(&sum, &[], "2026-06-01").value,
        None,
        "of nothing there is no sum"
    );
}

#[test]
fn posted_figures_of_people_and_groups() {
    let of_people = with("[{ id: m, kpi: https://courses.example.com/damage, target: 2, better: lower }]");
    let undone = Act {
        undone_at: Some(at("2026-05-30")),
        ..figure(3, "50", "2026-05-03")
    };
    let figures = [
        figure(1, "1", "2026-05-01"),
        figure(1, "1", "2026-05-01"),
        figure(2, "3", "2026-05-02"),
        undone,
    ];
    let view = View {
        acts: &figures,
        ..View::at(at("2026-06-01"))
    };
    let own = measure(&of_people, &learner(), &[], &view, None).report(&of_people);
    assert_eq!(
        (own.measures[0].value, own.measures[0].met),
        (number("2"), Some(true)),
        "each once"
    );
    let nothing = measure_group(&of_people, &view, None).report(&of_people);
    assert_eq!(
        nothing.measures[0].value, None,
        "a group's figures say nothing of its people"
    );

    let of_group = with(
        "[{ id: m, kpi: https://courses.example.com/damage, of: group, combine: sum, window: 30 days, baseline: 30 days, better: lower }]",
    );
    let until = View::at(at("2026-06-01"));
    let mut tallies = measure(&of_group, &learner(), &[kpi(7, "5", "2026-05-20")], &until, None);
    let figures = [
        figure(1, "4", "2026-05-25"),
        figure(2, "20", "2026-04-20"),
        figure(3, "100", "2026-06-02"),
    ];
    tallies.merge(&measure_group(
        &of_group,
        &View {
            acts: &figures,
            ..until
        },
        None,
    ));
    let report = tallies.report(&of_group);
    let own = &report.measures[0];
    assert_eq!(
        (own.value, own.baseline, own.change),
        (number("9"), number("20"), number("-11"))
    );
    assert_eq!(
        (own.met, own.people_met, own.people),
        (Some(true), None, 1),
        "better than before"
    );
}

#[test]
fn one_person_is_shown_nothing_of_groups() {
    let curriculum = with(
        "[{ id: own, kpi: sales }, { id: all, kpi: damage, of: group }, { id: test, learning: pass_rate, course: basics }]",
    );
    let whole = report(
        &curriculum,
        &[vec![pass(1, "basics", "0.9", "2026-03-01")]],
        None,
        "2026-06-01",
    );
    let ids = |report: &Report| -> Vec<String> {
        let measures = report.measures.iter();
        measures.map(|measure| measure.id.clone()).collect()
    };
    let courses = |report: &Report| -> Vec<_> {
        let levels = report.levels.iter();
        levels.map(|own| (own.level.number(), own.courses)).collect()
    };
    assert_eq!(ids(&whole), ["own", "all", "test"]);
    assert_eq!(courses(&whole), [(1, 0), (2, 1), (3, 1), (4, 0)]);
    let shares: Vec<bool> = whole.measures.iter().map(|measure| measure.share).collect();
    assert_eq!(shares, [false, false, true]);
    let person = whole.of_one();
    assert_eq!(ids(&person), ["own", "test"]);
    assert_eq!(courses(&person), [(1, 0), (2, 1), (3, 1), (4, 0)]);
}

#[test]
fn a_kpi_may_have_a_name_of_its_own() {
    let curriculum = with("[{ id: m, kpi: damage, of: group }]");
    let mut act = figure(1, "4", "2026-05-25");
    act.kind = ActKind::Figure {
        kpi: "damage".to_owned(),
        value: Number::from_int(4),
        from: None,
        until: act.at,
    };
    let acts = [act, figure(2, "9", "2026-05-25")];
    let view = View {
        acts: &acts,
        ..View::at(at("2026-06-01"))
    };
    let report = measure_group(&curriculum, &view, None).report(&curriculum);
    assert_eq!((report.measures[0].value, report.measures[0].n), (number("4"), 1));
    assert_eq!(report.people, 0);
}
