//! Curricula: valid by construction.

use std::fmt::Write as _;

use sha2::{Digest, Sha256};
use xapi::Timestamp;

use crate::assignment::Assignment;
use crate::definition::{
    self, Benefit, Certified, Definition, Endorsement, Feedback, InFlight, ReportPlan, RevisionNote,
};
use crate::evaluate::can_be_met_without;
use crate::measures::Measures;
use crate::plan::Plan;
use crate::source::{Problem, Source};
use crate::{
    DefinitionErrors, Finding, Interest, Period, Person, RequirementKind, RulesError, describe, schema,
};

/// What a person in an audience must show to be certified. Valid by construction; immutable.
#[derive(Debug, Clone, PartialEq)]
pub struct Curriculum {
    pub(crate) definition: Definition,
    pub(crate) plan: Plan,
    pub(crate) measures: Measures,
}

/// What [`load`] read.
#[derive(Debug, Clone, PartialEq)]
pub struct Loaded {
    /// The curriculum.
    pub curriculum: Curriculum,
    /// What is allowed but perhaps not meant.
    pub warnings: Vec<Finding>,
}

/// Reads a definition in YAML or JSON (by the first character that is no white space, or by the file's ending).
///
/// `file` is what findings call it; nothing is opened. On failure, everything wrong is said at once, except that a
/// text of the wrong shape is not searched for contradictions.
pub fn load(file: &str, text: &str) -> Result<Loaded, DefinitionErrors> {
    let source =
        Source::read(file, text).map_err(|problem| DefinitionErrors(vec![finding(file, None, problem)]))?;
    let fail = |problems: Vec<Problem>| DefinitionErrors(findings(file, &source, problems));

    let mut problems = schema::check(&source.value);
    problems.extend(definition::texts(&source.value));
    if !problems.is_empty() {
        return Err(fail(problems));
    }
    let definition: Definition = serde_json::from_value(source.value.clone()).map_err(|error| {
        fail(vec![Problem::at(
            "",
            format!("the definition cannot be read: {error}"),
            "a curriculum of format 1",
        )])
    })?;
    let problems = definition::check(&definition);
    if !problems.is_empty() {
        return Err(fail(problems));
    }

    let warnings = findings(file, &source, definition::warnings(&definition));
    let plan = Plan::of(&definition);
    let measures = Measures::of(&definition);
    Ok(Loaded {
        curriculum: Curriculum {
            definition,
            plan,
            measures,
        },
        warnings,
    })
}

/// In the order of the file.
fn findings(file: &str, source: &Source, problems: Vec<Problem>) -> Vec<Finding> {
    let mut findings: Vec<Finding> = problems
        .into_iter()
        .map(|problem| finding(file, Some(source), problem))
        .collect();
    findings.sort_by(|a, b| (a.line, a.column, &a.path).cmp(&(b.line, b.column, &b.path)));
    findings
}

fn finding(file: &str, source: Option<&Source>, problem: Problem) -> Finding {
    let place = problem.place.or_else(|| source?.place(&problem.path));
    Finding {
        file: file.to_owned(),
        line: place.map(|place| place.line),
        column: place.map(|place| place.column),
        path: problem.path,
        message: problem.message,
        expected: problem.expected,
    }
}

impl Curriculum {
    /// Its id.
    pub fn id(&self) -> &str {
        &self.definition.curriculum
    }

    /// Its title.
    pub fn title(&self) -> &str {
        &self.definition.title
    }

    /// The title of the certification: its own, or else the curriculum's.
    pub fn certification_title(&self) -> &str {
        self.definition
            .certification
            .title
            .as_deref()
            .unwrap_or(&self.definition.title)
    }

    /// The definition in its one canonical form: the same for every way of writing the same curriculum, today and in
    /// later versions. It is itself a definition that [`load`] reads.
    pub fn to_json(&self) -> String {
        // A definition is texts, numbers and lists; none of them can fail to be written.
        serde_json::to_string(&self.definition).unwrap_or_default()
    }

    /// Reads what [`Curriculum::to_json`] wrote.
    pub fn from_json(text: &str) -> Result<Self, RulesError> {
        load("curriculum.json", text)
            .map(|loaded| loaded.curriculum)
            .map_err(RulesError::Curriculum)
    }

    /// The SHA-256 of the canonical form, in lower-case hex: the identity of this revision.
    pub fn hash(&self) -> String {
        Sha256::digest(self.to_json())
            .iter()
            .fold(String::with_capacity(64), |mut hex, byte| {
                // Writing to a text cannot fail.
                let _ = write!(hex, "{byte:02x}");
                hex
            })
    }

    /// In words what the definition will do, several lines.
    pub fn describe(&self) -> String {
        describe::describe(self)
    }

    /// Whether steps are taken when something is not done in time.
    pub fn has_ladder(&self) -> bool {
        !self.definition.escalation.is_empty()
    }

    /// The reports that are due again and again.
    pub fn reports(&self) -> &[ReportPlan] {
        &self.definition.reports
    }

    /// What feeds the next revision, and when that is due.
    pub fn feedback(&self) -> Option<&Feedback> {
        self.definition.feedback.as_ref()
    }

    /// What this revision changed, and why.
    pub fn revision_note(&self) -> Option<&RevisionNote> {
        self.definition.revision.as_ref()
    }

    /// What becomes of those who began before this revision was published and are not certified yet.
    pub fn in_flight(&self) -> InFlight {
        self.revision_note()
            .map(|note| note.in_flight)
            .unwrap_or_default()
    }

    /// What becomes of those who are certified when this revision is published.
    pub fn certified(&self) -> Certified {
        self.revision_note()
            .map(|note| note.certified)
            .unwrap_or_default()
    }

    /// Who endorses the certification.
    pub fn endorsed_by(&self) -> &[Endorsement] {
        &self.definition.endorsed_by
    }

    /// What the certification is worth to those who earn it and those they work for.
    pub fn value(&self) -> Option<&Benefit> {
        self.definition.value.as_ref()
    }

    /// The ids of its courses and groups of courses, each group before what is in it.
    pub fn requirement_ids(&self) -> impl Iterator<Item = &str> {
        let mut waiting: Vec<&definition::Course> = self.definition.tops().iter().rev().collect();
        std::iter::from_fn(move || {
            let course = waiting.pop()?;
            waiting.extend(course.of.iter().rev());
            Some(course.id.as_str())
        })
    }

    /// The ids of the curricula whose certificates it asks for.
    pub fn certificates_asked(&self) -> impl Iterator<Item = &str> {
        self.plan.certificates()
    }

    /// Those of them without whose certificate nobody can meet all that is required.
    pub fn certificates_needed(&self) -> impl Iterator<Item = &str> {
        let asked = self.certificates_asked();
        asked.filter(|curriculum| !can_be_met_without(&self.plan, curriculum))
    }

    /// Which statements can be evidence for it.
    pub fn interest(&self) -> Interest {
        let mut interest =
            Interest::in_activities(self.plan.activities().chain(self.measures.activities()).cloned());
        for asked in self.plan.asks() {
            interest.take(asked);
        }
        interest
    }

    /// Until when a certificate that expires at a moment can still be renewed.
    pub fn grace_ends(&self, expires: Timestamp) -> Timestamp {
        let grace = self.definition.certification.grace;
        grace.map_or(expires, |grace| grace.after(expires))
    }

    /// How long after its end a certificate can still be renewed.
    pub fn grace(&self) -> Option<Period> {
        self.definition.certification.grace
    }

    /// How long a suspended certificate waits for its proof before it is revoked.
    pub fn recovery(&self) -> Period {
        self.definition.certification.recovery
    }

    /// Whether the curriculum was for this person at both moments and all the time between them.
    pub fn applies_throughout(&self, person: &Person, from: Timestamp, until: Timestamp) -> bool {
        let assignment = Assignment::of(&self.definition.audience, person);
        let between = assignment
            .changes()
            .filter(|change| (from..until).contains(change));
        between
            .chain([from, until])
            .all(|moment| assignment.covers(moment))
    }

    /// Whether the curriculum is, was or will be for this person.
    pub fn is_ever_for(&self, person: &Person) -> bool {
        !Assignment::of(&self.definition.audience, person).is_never()
    }

    /// Whether what has this id (`None`: anything) can ever be due, by a due date or because a certificate ends: only then
    /// can somebody have longer for it.
    pub fn can_be_due(&self, id: Option<&str>) -> bool {
        let requirements = &self.plan.requirements;
        let ends = self.definition.certification.lasts().is_some();
        requirements.iter().any(|own| {
            let mut around = std::iter::successors(Some(own), |own| requirements.get(own.group?));
            let is_meant = id.is_none_or(|id| around.any(|around| around.id == id));
            let is_due = match own.kind {
                RequirementKind::Required => ends || !own.due.is_empty(),
                RequirementKind::Renewal => true,
                RequirementKind::Suggested => false,
            };
            is_meant && is_due && !own.is_part
        })
    }

    /// Whether there are boards.
    pub fn has_boards(&self) -> bool {
        self.definition.recognition.as_ref().is_some_and(|own| own.boards)
    }

    /// Whether a measure is made of the figures of groups.
    pub fn measures_groups(&self) -> bool {
        self.measures.measures_groups()
    }

    /// Whether the curriculum is for this person at that moment.
    pub fn applies_to(&self, person: &Person, at: Timestamp) -> bool {
        Assignment::of(&self.definition.audience, person).covers(at)
    }
}
