//! What the demo prints.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use console::style;

use super::client::Key;
use super::found::{Found, Standing};
use super::plan::{Place, Plan};
use super::play::Played;
use super::words::{fitted, grouped, reasons, span};
use crate::table::columns;

/// How many rows of people there are before "and … more".
const PEOPLE: usize = 8;
/// How many differences are listed.
const DIFFERENCES: usize = 30;

/// All that is told at the end.
pub(crate) struct Summary<'a> {
    pub(crate) plan: &'a Plan,
    pub(crate) played: &'a Played,
    pub(crate) found: &'a Found,
    pub(crate) url: &'a str,
    pub(crate) key: &'a Key,
}

impl Summary<'_> {
    /// The whole of it.
    pub(crate) fn text(&self) -> String {
        let mut text = String::new();
        for (heading, lines) in [
            ("Statements in", self.statements()),
            ("Certificates out", self.curricula()),
            ("One of each", self.samples()),
            ("What the others still lack", self.lacking()),
            ("For example", self.people()),
            ("Go on", self.go_on()),
        ] {
            let _ = writeln!(text, "  {}", style(heading).bold());
            for line in lines {
                let _ = writeln!(text, "    {line}");
            }
            text.push('\n');
        }
        text
    }

    /// Whether all is as it had to be.
    pub(crate) fn verdict(&self, differences: &[String]) -> String {
        let checked = self.plan.expected.len();
        if differences.is_empty() {
            let told = format!(
                "Every expected certificate was issued, and no other: {} certificates in {} standings, as the stories had them.",
                grouped(self.found.count()),
                grouped(checked)
            );
            return format!("  {} {told}\n", style("✓").green().bold());
        }
        let mut text = format!(
            "  {} {} of {} outcomes are not as expected:\n",
            style("✗").red().bold(),
            grouped(differences.len()),
            grouped(checked)
        );
        for difference in differences.iter().take(DIFFERENCES) {
            let _ = writeln!(text, "    {difference}");
        }
        if let Some(more) = differences
            .len()
            .checked_sub(DIFFERENCES)
            .filter(|more| *more > 0)
        {
            let _ = writeln!(text, "    and {} more", grouped(more));
        }
        text
    }

    fn statements(&self) -> Vec<String> {
        let (plan, played) = (self.plan, self.played);
        let different = plan.events.len();
        let own = played.log.saturating_sub(different);
        let late = plan.events.iter().filter(|event| event.is_late()).count();
        let speed = played.sent as f64 / played.stream.as_secs_f64().max(0.001);
        let mut lines = vec![
            format!(
                "{} statements of {} people, in {} requests{}",
                grouped(played.sent),
                grouped(plan.learners.len()),
                grouped(played.requests),
                self.span()
            ),
            format!(
                "{} different ones; {} came again, {} came days late, {} voided others",
                grouped(different),
                grouped(played.sent - different),
                grouped(late),
                grouped(plan.afterwards.len())
            ),
            format!(
                "{} more in the log are Testamur's own, about certificates",
                grouped(own)
            ),
            format!(
                "{} for all of them over HTTP, {} a second; {} later the last was taken into account",
                span(played.stream),
                grouped(speed as usize),
                span(played.caught_up)
            ),
        ];
        if let Some(after) = played.certified_after {
            lines.push(format!(
                "{} from the answer to the very last statement until its certificate could be read",
                style(span(after)).green()
            ));
        }
        lines
    }

    fn span(&self) -> String {
        let month = |at: chrono::DateTime<chrono::Utc>| at.format("%B %Y").to_string();
        self.plan.span().map_or_else(String::new, |(first, last)| {
            format!(", {} to {}", month(first), month(last))
        })
    }

    fn curricula(&self) -> Vec<String> {
        let mut rows = vec![
            [
                "curriculum",
                "people",
                "certified",
                "expired",
                "suspended",
                "not yet",
            ]
            .map(str::to_owned),
        ];
        for curriculum in &self.plan.curricula {
            let places: Vec<&Place> = self
                .plan
                .expected
                .keys()
                .filter(|(_, id)| *id == curriculum.id)
                .collect();
            let with = |status: &str| {
                let has = |place: &&&Place| {
                    self.found
                        .certificates(place)
                        .last()
                        .is_some_and(|newest| newest.status == status)
                };
                grouped(places.iter().filter(has).count())
            };
            let none = places
                .iter()
                .filter(|place| self.found.certificates(place).is_empty())
                .count();
            rows.push([
                curriculum.title.clone(),
                format!("{:>6}", grouped(places.len())),
                format!("{:>9}", with("active")),
                format!("{:>7}", with("expired")),
                format!("{:>9}", with("suspended")),
                format!("{:>7}", grouped(none)),
            ]);
        }
        columns(&rows)
    }

    fn samples(&self) -> Vec<String> {
        let rows: Vec<[String; 4]> = self
            .plan
            .samples
            .iter()
            .zip(&self.plan.learners)
            .map(|(sample, learner)| {
                let place = (sample.id.clone(), sample.curriculum.clone());
                let outcome = match self.found.certificates(&place).last() {
                    None => style("not certified").yellow().to_string(),
                    Some(newest) => match (newest.status.as_str(), newest.expires_at) {
                        ("active", Some(end)) => style(format!("certified until {}", end.date_naive()))
                            .green()
                            .to_string(),
                        ("expired", Some(end)) => style(format!("expired on {}", end.date_naive()))
                            .yellow()
                            .to_string(),
                        (status, _) => style(status.to_owned()).yellow().to_string(),
                    },
                };
                let why = self.found.standings.get(&place).map(reasons).unwrap_or_default();
                [learner.name.clone(), sample.case.clone(), outcome, why]
            })
            .collect();
        columns(&rows).iter().map(|line| fitted(line)).collect()
    }

    fn lacking(&self) -> Vec<String> {
        let mut groups: BTreeMap<(&str, &str), usize> = BTreeMap::new();
        for (place, standing) in &self.found.standings {
            let requirements = standing
                .requirements
                .iter()
                .filter(|requirement| requirement.is_lacking());
            for requirement in requirements {
                let missing = requirement.missing.as_deref().unwrap_or(&requirement.title);
                *groups.entry((place.1.as_str(), missing)).or_default() += 1;
            }
        }
        let mut groups: Vec<_> = groups.into_iter().collect();
        groups.sort_by_key(|((curriculum, _), people)| (*curriculum, std::cmp::Reverse(*people)));
        let rows: Vec<[String; 3]> = groups
            .into_iter()
            .map(|((curriculum, missing), people)| {
                let title = self.title(curriculum);
                [
                    format!("{:>4} people", grouped(people)),
                    title.to_owned(),
                    missing.to_owned(),
                ]
            })
            .collect();
        columns(&rows).iter().map(|line| fitted(line)).collect()
    }

    fn title<'b>(&'b self, curriculum: &'b str) -> &'b str {
        self.plan
            .curriculum(curriculum)
            .map_or(curriculum, |found| found.title.as_str())
    }

    fn people(&self) -> Vec<String> {
        let hand_made: Vec<&str> = self
            .plan
            .samples
            .iter()
            .map(|sample| sample.id.as_str())
            .collect();
        let lacking: Vec<&Standing> = self
            .found
            .standings
            .values()
            .filter(|standing| {
                standing
                    .requirements
                    .iter()
                    .any(super::found::Requirement::is_lacking)
            })
            .filter(|standing| !hand_made.contains(&standing.person.as_str()))
            .collect();
        let name = |id: &str| {
            self.plan
                .learners
                .iter()
                .find(|learner| learner.id == id)
                .map_or(id, |learner| learner.name.as_str())
                .to_owned()
        };
        // Spread over everybody, so that not all examples are of one kind.
        let step = lacking.len().div_ceil(PEOPLE).max(1);
        let rows: Vec<[String; 4]> = lacking
            .iter()
            .step_by(step)
            .map(|standing| {
                let place = (standing.person.clone(), standing.curriculum.clone());
                let status = self
                    .found
                    .certificates(&place)
                    .last()
                    .map_or(standing.status.as_str(), |newest| newest.status.as_str());
                let person = format!("{} ({})", name(&standing.person), standing.person);
                [
                    person,
                    self.title(&standing.curriculum).to_owned(),
                    status.replace('_', " "),
                    reasons(standing),
                ]
            })
            .collect();
        let more = lacking.len() - rows.len();
        let mut lines: Vec<String> = columns(&rows).iter().map(|line| fitted(line)).collect();
        if more > 0 {
            lines.push(format!(
                "and {} more: {}/api/v1/standings",
                grouped(more),
                self.url
            ));
        }
        lines
    }

    fn go_on(&self) -> Vec<String> {
        let (url, Key { id, secret }) = (self.url, self.key);
        let curl = format!("curl -su {id}:{secret}");
        vec![
            "This key may do everything, for as long as the demo lasts:".to_owned(),
            format!("key     {id}"),
            format!("secret  {secret}"),
            String::new(),
            "Why is David Okafor not certified? What proves the certificate of Ada Novak? What did Jonas Weber do last?".to_owned(),
            format!("{curl} '{url}/api/v1/people/david-okafor/standings'"),
            format!("{curl} '{url}/api/v1/certificates?person=ada-novak'"),
            format!("{curl} -H 'X-Experience-API-Version: 2.0.0' '{url}/xapi/statements?limit=3'"),
        ]
    }
}
