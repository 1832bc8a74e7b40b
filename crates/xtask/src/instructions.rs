use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, bail};
use serde::{Deserialize, Serialize};

use crate::{cargo, succeed};

const FILE: &str = "crates/bench/instructions.json";
/// Each thing is done so often, and so often again: the difference is free of what starting costs.
const TIMES: (u64, u64) = (100, 1_100);
/// Seeds of hashing are random, and move the count of an evaluation by 1 %; the others by less than a thousandth.
const TOLERANCE: f64 = 0.05;
/// Another compiler makes other code of the same.
const OF_ANOTHER_COMPILER: f64 = 0.15;

/// The counts that are kept, and what they were made with.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Counts {
    compiler: String,
    architecture: String,
    instructions: BTreeMap<String, u64>,
}

/// Counts the instructions that pure work takes under valgrind, which a busy machine does not change, and compares them
/// with those that are kept.
pub(crate) fn run(root: &Path, update: bool) -> Result<()> {
    // Without what sends load: neither a database nor its driver is built.
    succeed(cargo(root).args([
        "build",
        "--release",
        "--locked",
        "--package",
        "bench",
        "--no-default-features",
        "--bin",
        "instructions",
    ]))?;
    let now = count_all(root, &root.join("target/release/instructions"))?;
    let file = root.join(FILE);
    if update {
        let text = serde_json::to_string_pretty(&now)?;
        return std::fs::write(&file, text + "\n").with_context(|| format!("write {FILE}"));
    }
    let kept = std::fs::read_to_string(&file).with_context(|| format!("read {FILE}"))?;
    let kept: Counts = serde_json::from_str(&kept).with_context(|| format!("read {FILE}"))?;
    if kept.architecture != now.architecture {
        println!(
            "{FILE} is of {}, this is {}: nothing to compare with",
            kept.architecture, now.architecture
        );
        return Ok(());
    }
    let grown = now.grown_since(&kept);
    if grown.is_empty() {
        return Ok(());
    }
    bail!(
        "{} takes more instructions than {FILE} says; find out why, or run \
         `cargo xtask bench --instructions --update-baseline` and say why in the commit",
        grown.join(" and "),
    )
}

fn count_all(root: &Path, program: &Path) -> Result<Counts> {
    let compiler = said(Command::new("rustc").arg("--version").current_dir(root))?;
    let mut instructions = BTreeMap::new();
    for work in said(&mut Command::new(program))?.lines() {
        let (few, many) = (count(program, work, TIMES.0)?, count(program, work, TIMES.1)?);
        let each = many.saturating_sub(few) / (TIMES.1 - TIMES.0);
        println!("{work}: {each} instructions");
        instructions.insert(work.to_owned(), each);
    }
    Ok(Counts {
        compiler: compiler.trim().to_owned(),
        architecture: std::env::consts::ARCH.to_owned(),
        instructions,
    })
}

impl Counts {
    /// What takes more than it did, or was not counted then.
    fn grown_since(&self, kept: &Self) -> Vec<String> {
        let tolerance = if self.compiler == kept.compiler {
            TOLERANCE
        } else {
            OF_ANOTHER_COMPILER
        };
        self.instructions
            .iter()
            .filter_map(|(work, now)| match kept.instructions.get(work) {
                None => Some(format!("{work} ({now}, not counted before)")),
                Some(before) if *now as f64 > *before as f64 * (1.0 + tolerance) => {
                    Some(format!("{work} ({now}, before {before})"))
                }
                Some(_) => None,
            })
            .collect()
    }
}

fn said(command: &mut Command) -> Result<String> {
    let output = command.output().with_context(|| format!("start {command:?}"))?;
    if !output.status.success() {
        bail!("{command:?} failed: {}", String::from_utf8_lossy(&output.stderr));
    }
    String::from_utf8(output.stdout).with_context(|| format!("read what {command:?} says"))
}

fn count(program: &Path, work: &str, times: u64) -> Result<u64> {
    let output = Command::new("valgrind")
        .args(["--tool=callgrind", "--callgrind-out-file=/dev/null"])
        .arg(program)
        .args([work, &times.to_string()])
        // The C library picks its way to copy and compare bytes by what the processor can do: let it take the one that
        // every x86-64 has, so that counts are the same on all. What else is picked so, SHA-256 with instructions of its
        // own, valgrind 3.19 has not; that `memchr` looks at 32 bytes at a time where there is AVX2 is left.
        .env(
            "GLIBC_TUNABLES",
            "glibc.cpu.hwcaps=-AVX512F,-AVX512VL,-AVX512BW,-AVX2,-AVX,-BMI2,-ERMS,-FSRM,-SSE4_2,-SSE4_1,-SSSE3,-MOVBE",
        )
        .output()
        .context("start valgrind; on Debian: apt-get install valgrind")?;
    let said = String::from_utf8_lossy(&output.stderr);
    if !output.status.success() {
        bail!("valgrind failed ({}): {said}", output.status);
    }
    said.lines()
        .find_map(|line| line.split_once("Collected :")?.1.trim().parse().ok())
        .with_context(|| format!("valgrind does not tell how many instructions it counted: {said}"))
}

#[cfg(test)]
mod tests {
    use super::Counts;

    fn counts(compiler: &str, parse: u64) -> Counts {
        Counts {
            compiler: compiler.to_owned(),
            architecture: "x86_64".to_owned(),
            instructions: [("parse".to_owned(), parse)].into(),
        }
    }

    #[test]
    fn more_than_a_little_more_is_said() {
        let kept = counts("rustc 1", 1_000);
        for (now, said) in [
            (counts("rustc 1", 900), false),
            (counts("rustc 1", 1_050), false),
            (counts("rustc 1", 1_051), true),
            (counts("rustc 2", 1_150), false),
            (counts("rustc 2", 1_151), true),
        ] {
            assert_eq!(!now.grown_since(&kept).is_empty(), said, "{now:?}");
        }
    }

    #[test]
    fn what_is_new_has_to_be_taken_over() {
        let mut kept = counts("rustc 1", 1_000);
        kept.instructions.clear();
        assert_eq!(
            counts("rustc 1", 10).grown_since(&kept),
            ["parse (10, not counted before)"]
        );
    }
}
