//! Activities and their definitions (xAPI 1.0.3 Data 2.4.4.1).

use crate::{Extensions, Iri, LanguageMap};

/// What was acted on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Activity {
    /// The identity of the activity; the only part that counts when statements are compared.
    pub id: Iri,
    /// What the sender says about the activity.
    pub definition: Option<ActivityDefinition>,
}

/// Metadata about an activity.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ActivityDefinition {
    /// Its name. Empty if not sent.
    pub name: LanguageMap,
    /// A description. Empty if not sent.
    pub description: LanguageMap,
    /// The member `type`: the type of activity.
    pub activity_type: Option<Iri>,
    /// Where people can read more.
    pub more_info: Option<Iri>,
    /// Present where the activity is an interaction.
    pub interaction: Option<Box<Interaction>>,
    /// Further members, by IRI.
    pub extensions: Extensions,
}

/// The members of an interaction activity: a question and its right answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Interaction {
    /// What kind of question it is.
    pub interaction_type: InteractionType,
    /// Response patterns, any of which is right. `Some` of an empty list: no answer is right.
    pub correct_responses_pattern: Option<Vec<String>>,
    /// For `choice` and `sequencing`: the options.
    pub choices: Vec<InteractionComponent>,
    /// For `likert`: the options of the scale.
    pub scale: Vec<InteractionComponent>,
    /// For `matching`: what is matched.
    pub source: Vec<InteractionComponent>,
    /// For `matching`: what it is matched to.
    pub target: Vec<InteractionComponent>,
    /// For `performance`: the steps.
    pub steps: Vec<InteractionComponent>,
}

/// One option, source, target or step of an interaction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InteractionComponent {
    /// Its identity within the list.
    pub id: String,
    /// What to show for it. Empty if not sent.
    pub description: LanguageMap,
}

/// The kinds of interaction (xAPI 1.0.3 Data 2.4.4.1, "Interaction Types").
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum InteractionType {
    /// `true-false`
    TrueFalse,
    /// `choice`
    Choice,
    /// `fill-in`
    FillIn,
    /// `long-fill-in`
    LongFillIn,
    /// `matching`
    Matching,
    /// `performance`
    Performance,
    /// `sequencing`
    Sequencing,
    /// `likert`
    Likert,
    /// `numeric`
    Numeric,
    /// `other`
    Other,
}

impl InteractionType {
    /// Every kind, in the order of the standard.
    pub const ALL: [Self; 10] = [
        Self::TrueFalse,
        Self::Choice,
        Self::FillIn,
        Self::LongFillIn,
        Self::Matching,
        Self::Performance,
        Self::Sequencing,
        Self::Likert,
        Self::Numeric,
        Self::Other,
    ];

    /// The word of the standard.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::TrueFalse => "true-false",
            Self::Choice => "choice",
            Self::FillIn => "fill-in",
            Self::LongFillIn => "long-fill-in",
            Self::Matching => "matching",
            Self::Performance => "performance",
            Self::Sequencing => "sequencing",
            Self::Likert => "likert",
            Self::Numeric => "numeric",
            Self::Other => "other",
        }
    }

    /// The kind by its word, exactly as the standard writes it.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == word)
    }

    /// The component lists this kind may have.
    pub const fn component_lists(self) -> &'static [&'static str] {
        match self {
            Self::Choice | Self::Sequencing => &["choices"],
            Self::Likert => &["scale"],
            Self::Matching => &["source", "target"],
            Self::Performance => &["steps"],
            Self::TrueFalse | Self::FillIn | Self::LongFillIn | Self::Numeric | Self::Other => &[],
        }
    }
}
