//! Statements in from a file.

use std::io::{BufWriter, Write as _};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Instant;

use anyhow::{Context, Result, ensure};
use bench::statements::Statements;

use crate::bars::IMPORTED;
use crate::figures::{Figures, Quantity};
use crate::server::Place;

/// Writes so many statements, one a line, to `testamur statements import`.
pub(super) fn import(
    figures: &mut Figures,
    store: &'static str,
    program: &Path,
    place: &Place,
    mut statements: Statements,
    count: u64,
) -> Result<()> {
    if count == 0 {
        return Ok(());
    }
    let mut command = Command::new(program);
    command.args(["statements", "import", "-"]);
    place.named_to(&mut command);
    let began = Instant::now();
    let mut child = command
        .stdin(Stdio::piped())
        .spawn()
        .with_context(|| format!("start {}", program.display()))?;
    let input = child.stdin.take().context("the input of the import")?;
    let mut input = BufWriter::with_capacity(1 << 18, input);
    let mut line = String::new();
    for _ in 0..count {
        statements.one(&mut line);
        line.push('\n');
        input.write_all(line.as_bytes()).context("write a line")?;
    }
    drop(input);
    let ended = child.wait()?;
    ensure!(ended.success(), "the import failed ({ended})");
    let per_second = count as f64 / began.elapsed().as_secs_f64();
    figures.add(store, IMPORTED, Quantity::PerSecond, per_second);
    Ok(())
}
