//! All requirements.

use crate::Version;
use crate::requirement::Requirement;
use crate::requirements;

/// Every requirement there is, for an LRS that is checked against this version; those of the other version are
/// among them, and are reported as not applicable.
#[must_use]
pub fn all(version: Version) -> Vec<Requirement> {
    requirements::all(version)
}

/// Those whose id, or the name of one of whose cases, contains one of the comma-separated parts; of a requirement
/// that matches by cases alone, only those cases.
#[must_use]
pub fn matching(version: Version, filter: &str) -> Vec<Requirement> {
    let parts: Vec<&str> = filter
        .split(',')
        .map(str::trim)
        .filter(|part| !part.is_empty())
        .collect();
    let matches = |text: &str| parts.iter().any(|part| text.contains(part));
    all(version)
        .into_iter()
        .filter_map(|mut requirement| {
            if !matches(&requirement.id) {
                let id = requirement.id.clone();
                requirement
                    .cases
                    .retain(|case| matches(&format!("{id}/{}", case.name)));
            }
            (!requirement.cases.is_empty()).then_some(requirement)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn ids_and_cases_are_unique_and_the_same_in_every_run() {
        for version in [Version::V1_0_3, Version::V2_0_0] {
            let names = || -> Vec<String> {
                all(version)
                    .iter()
                    .flat_map(|r| {
                        r.cases
                            .iter()
                            .map(|c| format!("{}/{}", r.id, c.name))
                            .collect::<Vec<_>>()
                    })
                    .collect()
            };
            let first = names();
            assert_eq!(first, names(), "names are stable");
            let mut seen = HashSet::new();
            let twice: Vec<_> = first.iter().filter(|name| !seen.insert(*name)).collect();
            assert!(twice.is_empty(), "there twice: {twice:#?}");
            let mut ids = HashSet::new();
            for requirement in all(version) {
                assert!(
                    ids.insert(requirement.id.clone()),
                    "{} is there twice",
                    requirement.id
                );
            }
        }
    }

    #[test]
    fn every_requirement_says_what_it_asks_and_where_and_how_it_is_proved() {
        for requirement in all(Version::V2_0_0) {
            let id = &requirement.id;
            assert!(!requirement.cases.is_empty(), "{id} proves nothing");
            assert!(
                requirement.text.ends_with('.'),
                "{id}: {:?} is no sentence",
                requirement.text
            );
            let sections = requirement.sections;
            assert!(
                !sections.v1.is_empty() || !sections.v2.is_empty(),
                "{id} names no section"
            );
            assert!(id.contains('.') && !id.contains(' '), "{id}");
        }
    }

    #[test]
    fn a_filter_takes_parts_of_ids_and_of_cases() {
        let all_of = matching(Version::V1_0_3, "about.");
        assert!(!all_of.is_empty() && all_of.iter().all(|r| r.area() == "about"));
        assert!(matching(Version::V1_0_3, "no such thing").is_empty());
    }
}
