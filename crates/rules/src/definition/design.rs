//! What a course is besides its requirements: what it shows (Kirkpatrick's levels), how it is delivered, how it is
//! assessed. Shown and reported on.

use std::fmt;

use serde::{Deserialize, Serialize};

/// What a requirement or measure shows, by the four levels of Kirkpatrick; as a number from 1 to 4.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "u8", into = "u8")]
pub enum Level {
    /// 1: how people liked it.
    Reaction,
    /// 2: what they learnt.
    #[default]
    Learning,
    /// 3: what they do differently at work.
    Behaviour,
    /// 4: what that brings.
    Results,
}

impl Level {
    /// All of them, from 1 to 4.
    pub const ALL: [Self; 4] = [Self::Reaction, Self::Learning, Self::Behaviour, Self::Results];

    /// Its number.
    pub const fn number(self) -> u8 {
        match self {
            Self::Reaction => 1,
            Self::Learning => 2,
            Self::Behaviour => 3,
            Self::Results => 4,
        }
    }

    /// Its name, in one word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Reaction => "reaction",
            Self::Learning => "learning",
            Self::Behaviour => "behaviour",
            Self::Results => "results",
        }
    }
}

impl fmt::Display for Level {
    /// `level 3 (behaviour)`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "level {} ({})", self.number(), self.as_str())
    }
}

impl From<Level> for u8 {
    fn from(level: Level) -> Self {
        level.number()
    }
}

impl TryFrom<u8> for Level {
    type Error = String;

    fn try_from(number: u8) -> Result<Self, String> {
        Self::ALL
            .into_iter()
            .find(|level| level.number() == number)
            .ok_or_else(|| format!("{number} is no level: 1, 2, 3 or 4"))
    }
}

/// How a course is delivered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Delivery {
    /// People meet in a room.
    Classroom,
    /// Everybody by themselves, at a screen.
    Online,
    /// People meet on screen, at one time.
    Virtual,
    /// A game or simulation.
    Game,
    /// At the workplace.
    OnTheJob,
}

impl Delivery {
    /// In words.
    pub const fn words(self) -> &'static str {
        match self {
            Self::Classroom => "classroom",
            Self::Online => "online",
            Self::Virtual => "virtual",
            Self::Game => "game",
            Self::OnTheJob => "on the job",
        }
    }
}

/// How it is found out what people learnt in a course.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Assessment {
    /// A case that is worked out.
    CaseStudy,
    /// A presentation before others.
    Presentation,
    /// Showing how it is done.
    Demonstration,
    /// A test under somebody's eyes.
    ProctoredTest,
    /// A test for which everything may be used.
    OpenTest,
    /// A piece of work over some time.
    Project,
    /// A talk with an assessor.
    Interview,
}

impl Assessment {
    /// In words.
    pub const fn words(self) -> &'static str {
        match self {
            Self::CaseStudy => "case study",
            Self::Presentation => "presentation",
            Self::Demonstration => "demonstration",
            Self::ProctoredTest => "proctored test",
            Self::OpenTest => "open test",
            Self::Project => "project",
            Self::Interview => "interview",
        }
    }
}
