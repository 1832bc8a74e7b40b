//! Everything that courses are made of, each with where it stands.

use super::super::{Course, Definition};
use crate::source::Problem;

/// A course or group, where it is, and the groups around it, the outermost first.
#[derive(Clone)]
pub(super) struct Entry<'d> {
    pub(super) path: String,
    pub(super) course: &'d Course,
    pub(super) around: Vec<&'d Course>,
    pub(super) section: Section,
}

/// Where in a definition something stands.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Section {
    /// In `courses`.
    Courses,
    /// In `tiers`: the outermost is a tier.
    Tiers,
    /// In what renews the certificate.
    Renewal,
}

impl<'d> Entry<'d> {
    /// Whether the certificate does not depend on it.
    pub(super) fn is_suggested(&self) -> bool {
        self.course.suggested || self.around.iter().any(|group| group.suggested)
    }

    /// The group it is part of, if that is not a tier.
    pub(super) fn group(&self) -> Option<&'d Course> {
        let is_in_tier = self.section == Section::Tiers && self.around.len() == 1;
        self.around.last().copied().filter(|_| !is_in_tier)
    }

    pub(super) fn at(&self, step: &str, message: impl Into<String>, expected: impl Into<String>) -> Problem {
        Problem::at(format!("{}/{step}", self.path), message, expected)
    }
}

/// Every tier, course and group, each before its parts.
pub(super) fn entries(definition: &Definition) -> Vec<Entry<'_>> {
    fn add<'d>(
        path: &str,
        courses: &'d [Course],
        around: &[&'d Course],
        section: Section,
        entries: &mut Vec<Entry<'d>>,
    ) {
        for (index, course) in courses.iter().enumerate() {
            let path = format!("{path}/{index}");
            let is_tier = section == Section::Tiers && around.is_empty();
            let inner = format!("{path}/{}", if is_tier { "courses" } else { "of" });
            entries.push(Entry {
                path,
                course,
                around: around.to_vec(),
                section,
            });
            let around: Vec<&Course> = around.iter().copied().chain([course]).collect();
            add(&inner, &course.of, &around, section, entries);
        }
    }
    let mut entries = Vec::new();
    add(
        "/courses",
        &definition.courses,
        &[],
        Section::Courses,
        &mut entries,
    );
    add("/tiers", &definition.tiers, &[], Section::Tiers, &mut entries);
    add(
        "/certification/renewal/courses",
        definition.certification.renewal_courses(),
        &[],
        Section::Renewal,
        &mut entries,
    );
    entries
}
