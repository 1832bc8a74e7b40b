//! Does one thing so many times, for a count of instructions: `instructions WORK TIMES`. Without arguments it says what
//! there is to do. `cargo xtask bench --instructions` runs it.

use std::hint::black_box;
use std::process::ExitCode;

use anyhow::{Context, Result, bail};
use bench::course::{Case, authority, case};
use bench::statements::{Registrations, Statements};
use rules::Evidence;
use store::IndexKeys;
use uuid::Uuid;
use xapi::{Limits, ReceivedStatement, Statement, Timestamp, Version};

/// A request's statement, checked and with its fingerprint.
const PARSE: &str = "parse";
/// What the server adds, and the text that is kept.
const SEAL: &str = "seal";
/// What queries can find it by.
const INDEX: &str = "index";
/// A kept text, read again.
const READ: &str = "read";
/// What rules make of it.
const EVIDENCE: &str = "evidence";
/// A person with 20 rows of evidence and 6 requirements.
const EVALUATE: &str = "evaluate";

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("instructions: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<()> {
    let mut arguments = std::env::args().skip(1);
    let Some(work) = arguments.next() else {
        for work in [PARSE, SEAL, INDEX, READ, EVIDENCE, EVALUATE] {
            println!("{work}");
        }
        return Ok(());
    };
    let times: u32 = arguments.next().context("how many times?")?.parse()?;
    let authority = authority();
    let by = authority.ifi().context("an authority")?;
    match work.as_str() {
        PARSE => repeat(times, &bodies(), |body| parse(body).map(|_| ())),
        SEAL => {
            let all = received()?;
            repeat(times, &all, |received| {
                black_box(received.clone().seal(Uuid::nil(), &authority).text(moment()));
                Ok(())
            })
        }
        INDEX => repeat(times, &received()?, |received| {
            black_box(IndexKeys::of(received.statement(), by));
            Ok(())
        }),
        READ => repeat(times, &texts()?, |text| {
            black_box(Statement::from_stored(text)?);
            Ok(())
        }),
        EVIDENCE => {
            let statements = texts()?
                .iter()
                .map(|text| Ok(Statement::from_stored(text)?))
                .collect::<Result<Vec<_>>>()?;
            repeat(times, &statements, |statement| {
                black_box(Evidence::from_statement(statement));
                Ok(())
            })
        }
        EVALUATE => {
            let Case {
                curriculum,
                person,
                evidence,
                at,
            } = case(true)?;
            repeat(times, &[evidence], |evidence| {
                black_box(rules::evaluate(&curriculum, &person, evidence, at));
                Ok(())
            })
        }
        other => bail!("{other}? Without arguments it says what there is to do"),
    }
}

/// Goes through the same things again and again.
fn repeat<T>(times: u32, things: &[T], mut work: impl FnMut(&T) -> Result<()>) -> Result<()> {
    for thing in things.iter().cycle().take(times as usize) {
        work(black_box(thing))?;
    }
    Ok(())
}

/// A few statements, the same in each run.
fn bodies() -> Vec<String> {
    let mut statements = Statements::new(1, Registrations::of(1_000_000));
    (0..10)
        .map(|_| {
            let mut body = String::new();
            statements.one(&mut body);
            body
        })
        .collect()
}

fn parse(body: &str) -> Result<ReceivedStatement> {
    Ok(xapi::parse_statement(
        body.as_bytes(),
        Version::V1_0,
        &Limits::default(),
    )?)
}

fn received() -> Result<Vec<ReceivedStatement>> {
    bodies().iter().map(|body| parse(body)).collect()
}

fn texts() -> Result<Vec<String>> {
    let authority = authority();
    let received = received()?.into_iter();
    Ok(received
        .map(|received| received.seal(Uuid::nil(), &authority).text(moment()))
        .collect())
}

fn moment() -> Timestamp {
    Timestamp::from_micros(1_772_000_000_000_000)
}
