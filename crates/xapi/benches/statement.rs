//! What one statement costs on its way in: the server's share of the time before the database's.

use divan::{Bencher, black_box};
use uuid::Uuid;
use xapi::{Actor, Agent, Ifi, Limits, Statement, Timestamp, Version, json, parse_statement};

/// A "passed" as a cmi5 course sends it: 1.3 KB.
const CMI5: &[u8] = include_bytes!("cmi5.json");

fn main() {
    divan::main();
}

fn authority() -> Actor {
    Actor::Agent(Agent {
        name: None,
        ifi: Ifi::Mbox("mailto:key@example.com".to_owned()),
    })
}

#[divan::bench]
fn json_only(bencher: Bencher) {
    bencher.bench(|| json::parse(black_box(CMI5), &Limits::default()));
}

#[divan::bench]
fn parse_validate_fingerprint(bencher: Bencher) {
    bencher.bench(|| parse_statement(black_box(CMI5), Version::V1_0, &Limits::default()));
}

#[divan::bench]
fn parse_to_sealed_text(bencher: Bencher) {
    let authority = authority();
    bencher.bench(|| {
        parse_statement(black_box(CMI5), Version::V1_0, &Limits::default()).map(|received| {
            received
                .seal(Uuid::nil(), &authority)
                .text(Timestamp::from_micros(0))
        })
    });
}

#[divan::bench]
fn read_stored(bencher: Bencher) {
    let stored = parse_statement(CMI5, Version::V1_0, &Limits::default())
        .map(|received| {
            received
                .seal(Uuid::nil(), &authority())
                .text(Timestamp::from_micros(0))
        })
        .unwrap_or_default();
    bencher.bench(|| Statement::from_stored(black_box(&stored)));
}
