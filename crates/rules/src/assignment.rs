//! When a curriculum is for a person.

use xapi::Timestamp;

use crate::Person;
use crate::calendar::{end_of, start_of};
use crate::definition::Audience;

/// The times in which the curriculum is for a person: intervals without their end, perhaps overlapping.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Assignment {
    intervals: Vec<(Timestamp, Timestamp)>,
}

impl Assignment {
    /// When something begins whose beginning is not known.
    pub(crate) const BEGINNING: Timestamp = Timestamp::from_micros(i64::MIN);
    const END: Timestamp = Timestamp::from_micros(i64::MAX);

    /// By what the registry says of a person. Groups, lists and whom they lead have no dates: they hold always.
    pub(crate) fn of(audience: &Audience, person: &Person) -> Self {
        let always = audience.everyone
            || audience.people.contains(&person.id)
            || audience.management.contains(&person.leads)
            || person.groups.iter().any(|group| audience.groups.contains(group));
        if always {
            return Self {
                intervals: vec![(Self::BEGINNING, Self::END)],
            };
        }
        let intervals = person
            .roles
            .iter()
            .filter(|role| audience.roles.contains(&role.role))
            .map(|role| {
                let from = role
                    .since
                    .map_or(Self::BEGINNING, |day| start_of(day, person.zone()));
                // The last day is wholly theirs.
                let until = role.until.map_or(Self::END, |day| end_of(day, person.zone()));
                (from, until)
            })
            .filter(|(from, until)| from < until)
            .collect();
        Self { intervals }
    }

    /// Whether it ever is.
    pub(crate) fn is_never(&self) -> bool {
        self.intervals.is_empty()
    }

    /// Whether it is, then.
    pub(crate) fn covers(&self, at: Timestamp) -> bool {
        self.intervals
            .iter()
            .any(|(from, until)| *from <= at && at < *until)
    }

    /// The first moment not before another at which it is.
    pub(crate) fn first_from(&self, at: Timestamp) -> Option<Timestamp> {
        self.intervals
            .iter()
            .filter(|(_, until)| at < *until)
            .map(|(from, _)| at.max(*from))
            .min()
    }

    /// When the stretch of time began in which it is, then: of overlapping intervals and those that follow each other
    /// without a gap, the first. `None` where it is not, or always was.
    pub(crate) fn since(&self, at: Timestamp) -> Option<Timestamp> {
        let mut since = self.latest_start(at)?;
        // Each step goes back to the start of another interval.
        while let Some(earlier) = self
            .intervals
            .iter()
            .filter(|(from, until)| *from < since && since <= *until)
            .map(|(from, _)| *from)
            .min()
        {
            since = earlier;
        }
        Some(since).filter(|since| *since != Self::BEGINNING)
    }

    /// The stretches of time in which it is, in order: overlapping intervals and those that follow each other without a
    /// gap are one.
    pub(crate) fn stretches(&self) -> Vec<(Timestamp, Timestamp)> {
        let mut intervals = self.intervals.clone();
        intervals.sort_unstable();
        let mut stretches: Vec<(Timestamp, Timestamp)> = Vec::with_capacity(intervals.len());
        for (from, until) in intervals {
            match stretches.last_mut().filter(|last| from <= last.1) {
                Some(last) => last.1 = last.1.max(until),
                None => stretches.push((from, until)),
            }
        }
        stretches
    }

    /// When the last of the intervals began in which it is, then: with roles, the one that the person took up last.
    /// `None` where it is not, or where that has no beginning.
    pub(crate) fn role_since(&self, at: Timestamp) -> Option<Timestamp> {
        self.latest_start(at).filter(|since| *since != Self::BEGINNING)
    }

    fn latest_start(&self, at: Timestamp) -> Option<Timestamp> {
        self.intervals
            .iter()
            .filter(|(from, until)| *from <= at && at < *until)
            .map(|(from, _)| *from)
            .max()
    }

    /// Every moment at which it may begin or end.
    pub(crate) fn changes(&self) -> impl Iterator<Item = Timestamp> {
        self.intervals
            .iter()
            .flat_map(|(from, until)| [*from, *until])
            .filter(|at| *at != Self::BEGINNING && *at != Self::END)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Role;

    fn at(text: &str) -> Timestamp {
        Timestamp::parse(text).unwrap()
    }

    fn audience() -> Audience {
        Audience {
            roles: vec!["smith".to_owned()],
            groups: vec!["site-a".to_owned()],
            ..Audience::default()
        }
    }

    fn smith(since: Option<&str>, until: Option<&str>, zone: Option<&str>) -> Person {
        Person {
            roles: vec![Role {
                role: "smith".to_owned(),
                since: since.map(|day| day.parse().unwrap()),
                until: until.map(|day| day.parse().unwrap()),
            }],
            time_zone: zone.map(str::to_owned),
            ..Person::default()
        }
    }

    #[test]
    fn a_role_holds_from_its_first_to_its_last_day_where_the_person_is() {
        for (zone, from, until) in [
            (None, "2026-03-01T00:00:00Z", "2026-04-01T00:00:00Z"),
            (
                Some("Europe/Berlin"),
                "2026-02-28T23:00:00Z",
                "2026-03-31T22:00:00Z",
            ),
            (
                Some("Nowhere/Atall"),
                "2026-03-01T00:00:00Z",
                "2026-04-01T00:00:00Z",
            ),
        ] {
            let assignment =
                Assignment::of(&audience(), &smith(Some("2026-03-01"), Some("2026-03-31"), zone));
            let micro = |at: Timestamp, by: i64| Timestamp::from_micros(at.as_micros() + by);
            assert!(
                assignment.covers(at(from)) && !assignment.covers(micro(at(from), -1)),
                "{zone:?}"
            );
            assert!(
                !assignment.covers(at(until)) && assignment.covers(micro(at(until), -1)),
                "{zone:?}"
            );
            assert_eq!(assignment.first_from(at("2020-01-01T00:00:00Z")), Some(at(from)));
            assert_eq!(assignment.first_from(at(until)), None);
        }
    }

    #[test]
    fn roles_one_after_the_other_and_with_a_gap() {
        let mut person = smith(Some("2026-01-01"), Some("2026-01-31"), None);
        for (since, until) in [("2026-02-01", "2026-02-28"), ("2026-06-01", "2026-06-30")] {
            person.roles.extend(smith(Some(since), Some(until), None).roles);
        }
        let assignment = Assignment::of(&audience(), &person);
        let day = |text: &str| at(&format!("{text}T00:00:00Z"));
        for (when, since, role_since) in [
            ("2025-12-31", None, None),
            ("2026-01-15", Some("2026-01-01"), Some("2026-01-01")),
            ("2026-02-15", Some("2026-01-01"), Some("2026-02-01")),
            ("2026-03-01", None, None),
            ("2026-06-01", Some("2026-06-01"), Some("2026-06-01")),
            ("2026-07-01", None, None),
        ] {
            assert_eq!(assignment.since(day(when)), since.map(day), "{when}");
            assert_eq!(assignment.role_since(day(when)), role_since.map(day), "{when}");
        }
        assert_eq!(assignment.changes().count(), 6);
        let always = Assignment::of(&audience(), &smith(None, None, None));
        assert_eq!(always.changes().count(), 0);
        let since = Assignment::of(&audience(), &smith(Some("2026-01-01"), None, None));
        assert_eq!(since.changes().collect::<Vec<_>>(), [day("2026-01-01")]);
    }

    #[test]
    fn a_day_without_a_midnight_begins_after_the_gap() {
        // Clocks in Beirut went from 00:00 to 01:00 on 2024-03-31.
        let assignment = Assignment::of(&audience(), &smith(Some("2024-03-31"), None, Some("Asia/Beirut")));
        assert_eq!(assignment.changes().next(), Some(at("2024-03-30T22:00:00Z")));
    }

    #[test]
    fn a_place_in_the_management_chain_is_one_of_three() {
        use crate::Leads;
        for wanted in [Leads::Nobody, Leads::People, Leads::Managers] {
            let audience = Audience {
                management: vec![wanted],
                ..Audience::default()
            };
            for leads in [Leads::Nobody, Leads::People, Leads::Managers] {
                let person = Person {
                    leads,
                    ..Person::default()
                };
                let never = Assignment::of(&audience, &person).is_never();
                assert_eq!(never, leads != wanted, "{leads:?} for {wanted:?}");
            }
        }
    }

    #[test]
    fn roles_without_dates_groups_and_others() {
        assert!(Assignment::of(&audience(), &smith(None, None, None)).covers(at("1990-01-01T00:00:00Z")));
        let member = Person {
            groups: vec!["site-a".to_owned()],
            ..Person::default()
        };
        assert!(Assignment::of(&audience(), &member).covers(at("1990-01-01T00:00:00Z")));
        assert!(Assignment::of(&audience(), &Person::default()).is_never());
        assert!(Assignment::of(&audience(), &smith(Some("2026-03-02"), Some("2026-03-01"), None)).is_never());
    }
}
