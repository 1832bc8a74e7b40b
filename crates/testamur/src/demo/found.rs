//! What the server says came of it, and how that differs from what had to come.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use serde::Deserialize;

use super::client::Client;
use super::plan::{Place, Plan};
use super::story::Expected;
use crate::failure::Outcome;

/// A certificate, as `/api/v1/certificates` shows it.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Certificate {
    pub(crate) person: String,
    pub(crate) curriculum: String,
    pub(crate) status: String,
    pub(crate) earned_at: DateTime<Utc>,
    pub(crate) expires_at: Option<DateTime<Utc>>,
}

/// A standing, as `/api/v1/standings` shows it.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Standing {
    pub(crate) person: String,
    pub(crate) curriculum: String,
    pub(crate) status: String,
    pub(crate) requirements: Vec<Requirement>,
}

/// A requirement of a standing.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Requirement {
    pub(crate) id: String,
    pub(crate) title: String,
    pub(crate) kind: String,
    pub(crate) outcome: String,
    pub(crate) reason: String,
    pub(crate) missing: Option<String>,
}

impl Requirement {
    /// Whether a certificate waits for it.
    pub(crate) fn is_lacking(&self) -> bool {
        self.kind == "required" && self.outcome != "met"
    }
}

/// All that the server says.
#[derive(Debug, Default)]
pub(crate) struct Found {
    pub(crate) certificates: BTreeMap<Place, Vec<Certificate>>,
    pub(crate) standings: BTreeMap<Place, Standing>,
}

impl Found {
    /// Asks for every certificate and every standing.
    ///
    /// # Errors
    /// When the server does not answer.
    pub(crate) async fn ask(client: &Client) -> Outcome<Self> {
        let mut found = Self::default();
        for certificate in client
            .all::<Certificate>("/api/v1/certificates?limit=500")
            .await?
        {
            let place = (certificate.person.clone(), certificate.curriculum.clone());
            found.certificates.entry(place).or_default().push(certificate);
        }
        for standing in client.all::<Standing>("/api/v1/standings?limit=500").await? {
            found
                .standings
                .insert((standing.person.clone(), standing.curriculum.clone()), standing);
        }
        Ok(found)
    }

    /// The certificates at a place.
    pub(crate) fn certificates(&self, place: &Place) -> &[Certificate] {
        self.certificates.get(place).map_or(&[], Vec::as_slice)
    }

    /// How many certificates there are.
    pub(crate) fn count(&self) -> usize {
        self.certificates.values().map(Vec::len).sum()
    }

    /// All that is not as it had to come, one sentence each.
    pub(crate) fn differences(&self, plan: &Plan) -> Vec<String> {
        let mut differences = Vec::new();
        for (place, expected) in &plan.expected {
            let (person, curriculum) = place;
            let about = self
                .certificate_differs(place, expected)
                .or_else(|| self.standing_differs(place, expected));
            differences.extend(about.map(|difference| format!("{person}, {curriculum}: {difference}")));
        }
        for (person, curriculum) in self
            .certificates
            .keys()
            .filter(|place| !plan.expected.contains_key(*place))
        {
            differences.push(format!(
                "{person}, {curriculum}: there is a certificate, and the curriculum is not for them"
            ));
        }
        differences
    }

    fn certificate_differs(&self, place: &Place, expected: &Expected) -> Option<String> {
        match (self.certificates(place), expected.certificate) {
            ([], None) => None,
            ([], Some(status)) => Some(format!("the expected certificate ({status}) was not issued")),
            ([only], None) => Some(format!(
                "a certificate ({}) was issued that nothing earns",
                only.status
            )),
            ([only], Some(status)) => {
                if only.status != status {
                    return Some(format!("the certificate is {}, expected {status}", only.status));
                }
                let earned = expected.earned_at.filter(|earned| *earned != only.earned_at)?;
                Some(format!(
                    "the certificate was earned at {}, expected {earned}",
                    only.earned_at
                ))
            }
            (several, _) => Some(format!(
                "there are {} certificates, expected one at most",
                several.len()
            )),
        }
    }

    fn standing_differs(&self, place: &Place, expected: &Expected) -> Option<String> {
        let Some(standing) = self.standings.get(place) else {
            return Some("there is no standing".to_owned());
        };
        let lacking = standing
            .requirements
            .iter()
            .filter(|requirement| requirement.is_lacking());
        let lacking: BTreeSet<String> = lacking.map(|requirement| requirement.id.clone()).collect();
        (lacking != expected.lacks)
            .then(|| format!("said to lack {lacking:?}, expected {:?}", expected.lacks))
    }
}

#[cfg(test)]
mod tests {
    use super::{Certificate, Found, Requirement, Standing};
    use crate::demo::plan::Plan;

    /// What a server says that agrees with everything expected.
    fn agreeing(plan: &Plan) -> Found {
        let mut found = Found::default();
        for (place, expected) in &plan.expected {
            let (person, curriculum) = place.clone();
            let requirements = expected.lacks.iter().map(|id| Requirement {
                id: id.clone(),
                title: id.clone(),
                kind: "required".to_owned(),
                outcome: "unmet".to_owned(),
                reason: String::new(),
                missing: None,
            });
            let standing = Standing {
                person: person.clone(),
                curriculum: curriculum.clone(),
                status: String::new(),
                requirements: requirements.collect(),
            };
            found.standings.insert(place.clone(), standing);
            if let (Some(status), Some(earned_at)) = (expected.certificate, expected.earned_at) {
                let certificate = Certificate {
                    person,
                    curriculum,
                    status: status.to_owned(),
                    earned_at,
                    expires_at: None,
                };
                found.certificates.insert(place.clone(), vec![certificate]);
            }
        }
        found
    }

    /// Something that a server might get wrong.
    type Change<'a> = &'a dyn Fn(&mut Found);

    #[test]
    fn whatever_is_not_as_expected_is_listed() {
        let plan = Plan::draw(30, 1, "2026-06-01T12:00:00Z".parse().unwrap()).unwrap();
        assert_eq!(agreeing(&plan).differences(&plan), Vec::<String>::new());

        let ada = ("ada-novak".to_owned(), "forklift-operator".to_owned());
        let chiara = ("chiara-rossi".to_owned(), "forklift-operator".to_owned());
        let certificate = agreeing(&plan).certificates(&ada)[0].clone();
        let cases: [(Change<'_>, &str); 7] = [
            (
                &|found| drop(found.certificates.remove(&ada)),
                "ada-novak, forklift-operator: the expected certificate (active) was not issued",
            ),
            (
                &|found| {
                    found
                        .certificates
                        .get_mut(&ada)
                        .unwrap()
                        .push(certificate.clone())
                },
                "there are 2 certificates",
            ),
            (
                &|found| found.certificates.get_mut(&ada).unwrap()[0].status = "revoked".to_owned(),
                "is revoked, expected active",
            ),
            (
                &|found| {
                    found.certificates.get_mut(&ada).unwrap()[0].earned_at += chrono::Duration::seconds(1)
                },
                "was earned at",
            ),
            (
                &|found| {
                    drop(
                        found
                            .certificates
                            .insert(chiara.clone(), vec![certificate.clone()]),
                    )
                },
                "that nothing earns",
            ),
            (
                &|found| found.standings.get_mut(&chiara).unwrap().requirements.clear(),
                "said to lack {}, expected {\"test\"}",
            ),
            (
                &|found| {
                    drop(
                        found
                            .certificates
                            .insert(("zoe".to_owned(), ada.1.clone()), vec![certificate.clone()]),
                    )
                },
                "not for them",
            ),
        ];
        for (change, expected) in cases {
            let mut found = agreeing(&plan);
            change(&mut found);
            let differences = found.differences(&plan);
            assert!(
                matches!(&differences[..], [only] if only.contains(expected)),
                "{differences:?}"
            );
        }
    }
}
