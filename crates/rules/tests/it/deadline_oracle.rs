//! When something is due, counted day by day.

use chrono::{Days, NaiveDate};
use rules::{Period, Person};
use serde_json::Value;
use xapi::Timestamp;

use crate::certificates_oracle::Earned;
use crate::oracle::{Oracle, day_of, start_of, zone_of};

/// The earliest due date of what is required and not met, and whether any of it was due, for somebody who has no
/// certificate in force and for whom the curriculum is. `last` is their last certificate.
pub(crate) fn open(
    firm: &Oracle<'_>,
    all: &Oracle<'_>,
    person: &Person,
    at: Timestamp,
    published_at: Option<Timestamp>,
    last: Option<Earned>,
    in_grace: bool,
) -> (Option<Timestamp>, bool) {
    let lapsed = last.and_then(|last| last.expires);
    if let (Some(renewal), Some(opens), true) =
        (firm.renewal(), last.and_then(|last| firm.opens(&last)), in_grace)
    {
        // All that is owed is the renewal.
        let (firm, all) = (firm.of_renewal(&renewal), all.of_renewal(&renewal));
        let since = |oracle: &Oracle<'_>, item: &Value| {
            let mut rows = oracle.all_fresh(at);
            rows.retain(|row| opens <= row.timestamp || oracle.holds(row));
            oracle.meets(&rows, item, at)
        };
        let longer = |item: &Value| Some(firm.decisions.extended(lapsed?, &[&item["id"]]));
        let open = || firm.required().filter(|item| !since(&firm, item));
        return (
            open().filter_map(longer).min(),
            open().any(|item| !since(&all, item) && longer(item).is_some_and(|due| due <= at)),
        );
    }
    let zone = zone_of(person);
    let days = Counting::of(person, at, published_at);
    let lapsed = lapsed.filter(|lapsed| {
        days.assigned
            .is_none_or(|assigned| start_of(assigned, zone) < *lapsed)
    });
    let (firm_rows, all_rows) = (firm.all_fresh(at), all.all_fresh(at));
    let (mut due, mut overdue) = (None, false);
    let mut look = |item: &Value, dues: &[&Value], ids: &[&Value]| {
        if firm.meets(&firm_rows, item, at) {
            return;
        }
        let day = dues.iter().filter_map(|due| days.due(due.as_str()?)).min();
        let own = day.map(|day| start_of(day.succ_opt().unwrap(), zone)).max(lapsed);
        let Some(own) = own else { return };
        let own = firm.decisions.extended(own, ids);
        due = Some(due.map_or(own, |due: Timestamp| due.min(own)));
        overdue |= own <= at && !all.meets(&all_rows, item, at);
    };
    let whole = &firm.definition["due"];
    for top in firm.required() {
        look(top, &[whole, &top["due"]], &[&top["id"]]);
        if top["is_tier"] == true && !firm.meets(&firm_rows, top, at) {
            for item in top["of"].as_array().unwrap() {
                look(
                    item,
                    &[whole, &top["due"], &item["due"]],
                    &[&item["id"], &top["id"]],
                );
            }
        }
    }
    (due, overdue)
}

struct Counting<'a> {
    person: &'a Person,
    assigned: Option<NaiveDate>,
    role: Option<NaiveDate>,
}

impl<'a> Counting<'a> {
    fn of(person: &'a Person, at: Timestamp, published_at: Option<Timestamp>) -> Self {
        let zone = zone_of(person);
        let today = day_of(at, zone);
        let has_role = |day: NaiveDate| {
            person.roles.iter().any(|role| {
                role.since.is_none_or(|since| since <= day) && role.until.is_none_or(|until| day <= until)
            })
        };
        // Back, day by day, as long as there is a role.
        let mut first = today;
        let earliest = NaiveDate::from_ymd_opt(2020, 1, 1).unwrap();
        while first > earliest && has_role(first.pred_opt().unwrap()) {
            first = first.pred_opt().unwrap();
        }
        let first = Some(first).filter(|first| *first > earliest);
        let published = published_at.map(|moment| day_of(moment, zone));
        let now = person.roles.iter().filter(|role| {
            role.since.is_none_or(|since| since <= today) && role.until.is_none_or(|until| today <= until)
        });
        Self {
            person,
            assigned: first.or(person.hired).max(published),
            role: now.map(|role| role.since).max().flatten(),
        }
    }

    /// The day at the end of which something is due.
    fn due(&self, text: &str) -> Option<NaiveDate> {
        let floor = self.assigned;
        let Some((period, from)) = text.split_once(" after ") else {
            let day: NaiveDate = text.parse().unwrap();
            return Some(floor.map_or(day, |floor| day.max(floor)));
        };
        let start = match from {
            "hire" => self.person.hired.or(self.assigned),
            "role start" => self.role.or(self.assigned),
            _ => self.assigned,
        }?;
        let is_away = |day: NaiveDate| {
            self.person
                .leaves
                .iter()
                .any(|leave| leave.from <= day && leave.until.is_none_or(|until| day <= until))
        };
        let mut due = day_of(
            Period::parse(period)
                .unwrap()
                .after(start_of(start, chrono_tz::Tz::UTC)),
            chrono_tz::Tz::UTC,
        );
        let (mut day, mut counted) = (start, 0);
        while day <= due {
            if is_away(day) {
                due = due.checked_add_days(Days::new(1)).unwrap();
                counted += 1;
                if counted > 10_000 {
                    // There is no end to it.
                    return None;
                }
            }
            day = day.succ_opt().unwrap();
        }
        Some(floor.map_or(due, |floor| due.max(floor)))
    }
}
