//! The ladder: who is told what, when something is due and not done, and what follows.

use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{Definition, one_or_more_of, optional};
use crate::Period;
use crate::schema::closest;
use crate::source::Problem;

/// One step of the ladder.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Rung {
    pub(crate) when: When,
    #[serde(deserialize_with = "one_or_more_of")]
    pub(crate) tell: Vec<Recipient>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(crate) say: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(crate) consequence: Option<String>,
}

/// Who is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Recipient {
    /// The person who has to do it.
    Learner,
    /// Whom they report to.
    Manager,
    /// Whom their manager reports to.
    ManagerOfManager,
    /// Those who run the training.
    Training,
}

impl Recipient {
    const ALL: [Self; 4] = [
        Self::Learner,
        Self::Manager,
        Self::ManagerOfManager,
        Self::Training,
    ];

    /// The word in definitions and in the API.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Learner => "learner",
            Self::Manager => "manager",
            Self::ManagerOfManager => "manager_of_manager",
            Self::Training => "training",
        }
    }

    pub(crate) const fn in_words(self) -> &'static str {
        match self {
            Self::Learner => "the learner",
            Self::Manager => "the manager",
            Self::ManagerOfManager => "the manager's manager",
            Self::Training => "the training office",
        }
    }
}

/// When a step is taken: so long before or after a moment, or then.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub(crate) struct When {
    pub(crate) anchor: Anchor,
    pub(crate) offset: Offset,
}

/// What the time of a step is counted from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Anchor {
    /// The due date; for the certified, the expiry of their certificate, unless steps count from that by name.
    Due,
    /// The expiry of the certificate that has to be renewed.
    Expiry,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Offset {
    Before(Period),
    On,
    After(Period),
}

const EXPECTED_WHEN: &str =
    "a time such as \"14 days before due\", \"due\", \"7 days after due\" or \"30 days before expiry\"";
const EXPECTED_TELL: &str = "learner, manager, manager_of_manager or training, or a list of them";

impl When {
    fn parse(text: &str) -> Option<Self> {
        let mut words = text.trim().rsplitn(2, char::is_whitespace);
        let anchor = match words.next()? {
            "due" => Anchor::Due,
            "expiry" => Anchor::Expiry,
            _ => return None,
        };
        let offset = match words.next().map(str::trim_end) {
            None => Offset::On,
            Some(rest) => {
                let period = |word| Period::parse(rest.strip_suffix(word)?).ok();
                period(" before")
                    .map(Offset::Before)
                    .or_else(|| period(" after").map(Offset::After))?
            }
        };
        Some(Self { anchor, offset })
    }

    /// Where it lies around its anchor, in seconds where months are of mean length.
    fn nominal(self) -> i64 {
        let seconds = |period: Period| i64::try_from(period.nominal_seconds()).unwrap_or(i64::MAX);
        match self.offset {
            Offset::Before(period) => -seconds(period),
            Offset::On => 0,
            Offset::After(period) => seconds(period),
        }
    }
}

impl fmt::Display for When {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let anchor = match self.anchor {
            Anchor::Due => "due",
            Anchor::Expiry => "expiry",
        };
        match self.offset {
            Offset::Before(period) => write!(f, "{period} before {anchor}"),
            Offset::On => f.write_str(anchor),
            Offset::After(period) => write!(f, "{period} after {anchor}"),
        }
    }
}

impl TryFrom<String> for When {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        Self::parse(&text).ok_or_else(|| format!("{text:?} is not {EXPECTED_WHEN}"))
    }
}

impl From<When> for String {
    fn from(when: When) -> Self {
        when.to_string()
    }
}

/// What the schema cannot say of the texts in a ladder.
pub(super) fn texts(value: &Value, problems: &mut Vec<Problem>) {
    let rungs = value.get("escalation").and_then(Value::as_array);
    for (index, rung) in rungs.into_iter().flatten().enumerate() {
        let path = format!("/escalation/{index}");
        if let Some(text) = rung.get("when").and_then(Value::as_str)
            && When::parse(text).is_none()
        {
            problems.push(Problem::at(
                format!("{path}/when"),
                format!("found {text:?}"),
                EXPECTED_WHEN,
            ));
        }
        let tell = rung.get("tell");
        if let Some(word) = tell.and_then(Value::as_str) {
            recipient(word, &format!("{path}/tell"), problems);
        }
        let words = tell.and_then(Value::as_array).into_iter().flatten();
        for (place, word) in words.enumerate() {
            if let Some(word) = word.as_str() {
                recipient(word, &format!("{path}/tell/{place}"), problems);
            }
        }
    }
}

fn recipient(word: &str, path: &str, problems: &mut Vec<Problem>) {
    let mut known = Recipient::ALL.iter().map(|recipient| recipient.as_str());
    if known.any(|known| known == word) {
        return;
    }
    let known = Recipient::ALL.iter().map(|recipient| recipient.as_str());
    let expected = match closest(word, known) {
        Some(near) => format!("{EXPECTED_TELL}; did you mean \"{near}\"?"),
        None => EXPECTED_TELL.to_owned(),
    };
    problems.push(Problem::at(path, format!("found {word:?}"), expected));
}

/// Steps come in the order of time, and count from moments that there are.
pub(super) fn check(definition: &Definition, problems: &mut Vec<Problem>) {
    let mut last: [Option<When>; 2] = [None, None];
    for (index, rung) in definition.escalation.iter().enumerate() {
        let path = format!("/escalation/{index}/when");
        let when = rung.when;
        let [due, expiry] = &mut last;
        let before = match when.anchor {
            Anchor::Due => due,
            Anchor::Expiry => expiry,
        };
        if let Some(before) = before
            .replace(when)
            .filter(|before| before.nominal() >= when.nominal())
        {
            problems.push(Problem::at(
                path.as_str(),
                format!("\"{when}\" does not come after \"{before}\", the step above it"),
                "steps in the order of time; one step can tell several: tell: [learner, manager]",
            ));
        }
        if when.anchor == Anchor::Expiry && definition.certification.lasts().is_none() {
            problems.push(Problem::at(
                path,
                "the certificate never expires",
                "\"validity\" in \"certification\", or a time around \"due\"",
            ));
        }
    }
}

/// A ladder that nobody can ever be on.
pub(super) fn warnings(definition: &Definition, warnings: &mut Vec<Problem>) {
    if !definition.escalation.is_empty() && !definition.has_due() {
        warnings.push(Problem::at(
            "/escalation",
            "nothing here is ever due, so no step is ever taken",
            "\"due\", or \"validity\" in \"certification\"",
        ));
    }
}

/// The ladder in words, a line a step.
pub(crate) fn describe(definition: &Definition, out: &mut String) {
    if definition.escalation.is_empty() {
        return;
    }
    out.push_str("What happens when it is not done in time:\n");
    let names_expiry = definition
        .escalation
        .iter()
        .any(|rung| rung.when.anchor == Anchor::Expiry);
    for rung in &definition.escalation {
        let anchor = match rung.when.anchor {
            Anchor::Expiry => "the certificate expires",
            Anchor::Due if names_expiry || definition.certification.lasts().is_none() => "it is due",
            Anchor::Due => "it is due or the certificate expires",
        };
        let when = match rung.when.offset {
            Offset::Before(period) => format!("{period} before {anchor}"),
            Offset::On => format!("when {anchor}"),
            Offset::After(period) => format!("{period} after {}", anchor.replacen("expires", "expired", 1)),
        };
        let tell: Vec<&str> = rung.tell.iter().map(|recipient| recipient.in_words()).collect();
        let are = if tell.len() == 1 { "is" } else { "are" };
        out.push_str(&format!("  - {when}: {} {are} told", tell.join(" and ")));
        if let Some(say) = &rung.say {
            out.push_str(&format!(" {say:?}"));
        }
        out.push_str(&optional(". Consequence: ", rung.consequence.as_deref()));
        out.push_str(".\n");
    }
}
