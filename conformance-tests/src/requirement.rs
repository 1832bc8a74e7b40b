//! What is checked: requirements, and the cases that prove them.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use crate::Version;
use crate::lrs::Lrs;

/// How strongly the standard puts it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Level {
    /// MUST, or a description that leaves no choice.
    Must,
    /// SHOULD, and the SHOULD* of 1.0.3, which a later version turns into a MUST.
    Should,
}

impl Level {
    /// The standard's word.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Must => "MUST",
            Self::Should => "SHOULD",
        }
    }
}

/// Where the standard says it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sections {
    /// Part and section of xAPI 1.0.3, for example `Data 2.4.2.1`; empty where 1.0.3 does not say it.
    pub v1: &'static str,
    /// Section of IEEE 9274.1.1; empty where its number is not known, and then the 1.0.3 text holds.
    pub v2: &'static str,
}

impl fmt::Display for Sections {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.v1, self.v2) {
            ("", v2) => write!(f, "2.0 {v2}"),
            (v1, "") => write!(f, "1.0.3 {v1}"),
            (v1, v2) => write!(f, "1.0.3 {v1}; 2.0 {v2}"),
        }
    }
}

/// The sections of 1.0.3 and of 2.0 that say it.
#[must_use]
pub(crate) fn at(v1: &'static str, v2: &'static str) -> Sections {
    Sections { v1, v2 }
}

/// Why a case did not pass.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// The LRS does something else than the standard asks.
    Failed {
        /// What the standard asks.
        expected: String,
        /// What came.
        found: String,
    },
    /// The requirement says nothing about this LRS, for this reason.
    NotApplicable(String),
}

/// What a case finds out.
pub type Check<T = ()> = Result<T, Fault>;

/// A failure, in words: what was expected, and what came instead.
pub(crate) fn failed(expected: impl Into<String>, found: impl Into<String>) -> Fault {
    Fault::Failed {
        expected: expected.into(),
        found: found.into(),
    }
}

/// Fails unless it holds.
pub(crate) fn ensure(holds: bool, expected: impl Into<String>, found: impl Into<String>) -> Check {
    if holds {
        Ok(())
    } else {
        Err(failed(expected, found))
    }
}

type Run = dyn Fn(Lrs) -> Pin<Box<dyn Future<Output = Check> + Send>> + Send + Sync;

/// One proof of a requirement: a row of a table, or a short story.
#[derive(Clone)]
pub struct Case {
    /// What is special about it, unique within its requirement.
    pub name: String,
    /// The only version it is about, where it is about one.
    pub only: Option<Version>,
    run: Arc<Run>,
}

impl Case {
    /// A case from its name and what it does.
    pub(crate) fn new<F, Fut>(name: impl Into<String>, run: F) -> Self
    where
        F: Fn(Lrs) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Check> + Send + 'static,
    {
        Self {
            name: name.into(),
            only: None,
            run: Arc::new(move |lrs| Box::pin(run(lrs))),
        }
    }

    /// The same case, for one version alone.
    pub(crate) fn only(mut self, version: Version) -> Self {
        self.only = Some(version);
        self
    }

    /// Runs it.
    pub(crate) async fn run(&self, lrs: Lrs) -> Check {
        (self.run)(lrs).await
    }
}

impl fmt::Debug for Case {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Case")
            .field("name", &self.name)
            .field("only", &self.only)
            .finish_non_exhaustive()
    }
}

/// One requirement of the standard.
#[derive(Debug, Clone)]
pub struct Requirement {
    /// Its name, `area.what-it-asks`: stable, for reports and `--only`.
    pub id: String,
    /// How strongly the standard puts it.
    pub level: Level,
    /// Where the standard says it.
    pub sections: Sections,
    /// What it asks, in our own short words.
    pub text: String,
    /// The only version that asks it, where one does.
    pub only: Option<Version>,
    /// What proves it; all must pass.
    pub cases: Vec<Case>,
}

impl Requirement {
    /// A MUST.
    pub(crate) fn must(id: impl Into<String>, sections: Sections, text: impl Into<String>) -> Self {
        Self {
            id: id.into(),
            level: Level::Must,
            sections,
            text: text.into(),
            only: None,
            cases: Vec::new(),
        }
    }

    /// A SHOULD.
    pub(crate) fn should(id: impl Into<String>, sections: Sections, text: impl Into<String>) -> Self {
        Self {
            level: Level::Should,
            ..Self::must(id, sections, text)
        }
    }

    /// For one version alone.
    pub(crate) fn only(mut self, version: Version) -> Self {
        self.only = Some(version);
        self
    }

    /// With one more case.
    pub(crate) fn case<F, Fut>(self, name: impl Into<String>, run: F) -> Self
    where
        F: Fn(Lrs) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Check> + Send + 'static,
    {
        self.cases([Case::new(name, run)])
    }

    /// With more cases.
    pub(crate) fn cases(mut self, cases: impl IntoIterator<Item = Case>) -> Self {
        self.cases.extend(cases);
        self
    }

    /// What comes before the first dot of the id.
    #[must_use]
    pub fn area(&self) -> &str {
        self.id.split('.').next().unwrap_or(&self.id)
    }
}
