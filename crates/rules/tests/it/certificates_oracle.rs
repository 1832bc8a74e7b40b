//! The part of the oracle that says which certificates are earned and which of them is shown, from
//! docs/curricula.md.

use chrono::{Datelike, NaiveDate};
use rules::{Evidence, Person};
use xapi::Timestamp;

use crate::oracle::{Oracle, day_of, start_of};

#[derive(Clone, Copy, PartialEq)]
pub(crate) struct Earned {
    from: Timestamp,
    pub(crate) earned: Timestamp,
    pub(crate) expires: Option<Timestamp>,
    /// By which row everything was met, and everything that renews; nothing for one that was awarded.
    rests_on: (Option<usize>, Option<usize>),
}

impl Earned {
    pub(crate) fn new(earned: Timestamp, expires: Option<Timestamp>) -> Self {
        Self {
            from: earned,
            earned,
            expires,
            rests_on: (None, None),
        }
    }
}

impl Oracle<'_> {
    /// When a certificate ends whose time begins at a moment.
    pub(crate) fn expires(&self, from: Timestamp) -> Option<Timestamp> {
        let validity = self.period("validity");
        let Some(fixed) = self.definition["certification"]["expires_on"].as_str() else {
            return validity.map(|validity| validity.after(from));
        };
        let soonest = self
            .period("active_at_least")
            .map_or(from, |least| least.after(from));
        let years = validity
            .map_or(1, |validity| validity.nominal_seconds() / 31_556_952)
            .max(1) as usize;
        let ends = (day_of(from, self.zone).year()..)
            .map(|year| start_of(day_in(fixed, year).succ_opt().unwrap(), self.zone))
            .filter(|end| *end > from);
        ends.skip(years - 1).find(|end| *end >= soonest)
    }

    pub(crate) fn grace_ends(&self, expires: Timestamp) -> Timestamp {
        self.period("grace").map_or(expires, |grace| grace.after(expires))
    }

    pub(crate) fn opens(&self, earned: &Earned) -> Option<Timestamp> {
        let expires = earned.expires?;
        let quarter = (expires.as_micros() - earned.earned.as_micros()) / 4;
        Some(match self.period("renewal_window") {
            Some(window) => window.before(expires).max(earned.earned),
            None => Timestamp::from_micros(expires.as_micros() - quarter),
        })
    }

    /// Every certificate earned, with the moment from which the person has it.
    pub(crate) fn earned(&self, person: &Person, assigned: &dyn Fn(Timestamp) -> bool) -> Vec<Earned> {
        let prior = match self.definition["certification"]["valid_from"].as_str() {
            Some(word) => word == "prior_expiry",
            None => self.definition["certification"].get("expires_on").is_some(),
        };
        let renewal = self.renewal();
        let renewing = renewal.as_ref().map(|renewal| self.of_renewal(renewal));
        let mut earned: Vec<Earned> = Vec::new();
        for (last, row) in self.rows.iter().enumerate() {
            let moment = row.timestamp;
            let fresh = self.fresh(&self.rows[..=last], moment);
            let mut new = Vec::new();
            let completes_all = !fresh.is_empty() && self.completes_all(&fresh);
            // What was only interrupted gives no more time than it would have given otherwise.
            let resumes = self.absences.resumes(row);
            let from = if resumes && completes_all {
                self.root(&fresh)
            } else {
                moment
            };
            for own in earned
                .iter()
                .filter(|own| (prior || renewing.is_some()) && own.earned < moment)
            {
                let Some((opens, expires)) = self.opens(own).zip(own.expires) else {
                    continue;
                };
                let mut since_when = from;
                let renews = match &renewing {
                    None => completes_all && opens <= from,
                    Some(renewing) => {
                        let since: Vec<&Evidence> = fresh
                            .iter()
                            .filter(|row| opens <= row.timestamp || self.holds(row))
                            .copied()
                            .collect();
                        let renews = !since.is_empty() && opens <= moment && renewing.completes_all(&since);
                        since_when = if renews && resumes {
                            renewing.root(&since)
                        } else {
                            moment
                        };
                        renews && opens <= since_when
                    }
                };
                if renews && moment <= self.grace_ends(expires) {
                    let on = self.expires(if prior { expires } else { since_when });
                    // What would be over already lasts from the renewal.
                    let next = on.filter(|on| *on > moment).or_else(|| self.expires(since_when));
                    let rests_on = match &renewing {
                        None => (Some(last), None),
                        Some(_) => (own.rests_on.0, Some(last)),
                    };
                    new.extend(
                        next.filter(|next| *next > expires && *next > moment)
                            .map(|next| (Some(next), rests_on)),
                    );
                }
            }
            let awarded = self.decisions.awards.get(&row.statement);
            let awarded = awarded.map(|until| until.or_else(|| self.expires(moment)));
            let awarded = awarded.filter(|until| until.is_none_or(|until| moment < until));
            let by_itself = completes_all.then(|| (self.expires(from), (Some(last), None)));
            new.extend(by_itself.or(awarded.map(|until| (until, (None, None)))));
            for (expires, rests_on) in new {
                // The first moment from then on at which they are in the audience: then, or when some role begins.
                let mut starts: Vec<Timestamp> = person
                    .roles
                    .iter()
                    .filter_map(|role| role.since)
                    .map(|day| start_of(day, self.zone))
                    .filter(|start| *start > moment)
                    .chain([moment])
                    .collect();
                starts.sort();
                // Who never is in it has it never; what it renews into may still come to be theirs.
                let from = starts.into_iter().find(|start| assigned(*start));
                let new = Earned {
                    from: from.unwrap_or(Timestamp::from_micros(i64::MAX)),
                    earned: moment,
                    expires,
                    rests_on,
                };
                // One with the same end was earned before.
                let is_known = |own: &Earned| {
                    let (own_award, award) = (own.rests_on.0.is_none(), rests_on.0.is_none());
                    own.expires == new.expires && own_award == award
                };
                if !earned.iter().any(is_known) {
                    earned.push(new);
                }
            }
        }
        earned.retain(|own| own.expires.is_none_or(|expires| own.from < expires));
        earned.retain(|own| own.from < Timestamp::from_micros(i64::MAX));
        earned
    }

    /// Whether nothing that a certificate needs all the time is lost at a moment.
    pub(crate) fn is_upheld(&self, own: &Earned, at: Timestamp) -> bool {
        let (earned_by, renewed_by) = own.rests_on;
        let renewal = self.renewal();
        let renews = |last| self.of_renewal(renewal.as_ref().unwrap()).all_upheld(last, at);
        earned_by.is_none_or(|last| self.all_upheld(last, at)) && renewed_by.is_none_or(renews)
    }

    /// Whether a certificate is in force at a moment.
    pub(crate) fn is_in_effect(own: &Earned, at: Timestamp) -> bool {
        own.from <= at && own.expires.is_none_or(|expires| at < expires)
    }

    fn all_upheld(&self, last: usize, at: Timestamp) -> bool {
        let mut required = self.required();
        required.all(|entry| self.stays_met(entry, last, at))
    }

    /// The certificate shown at a moment, by going through all moments at which another can take its place.
    pub(crate) fn shown(&self, earned: &[Earned], at: Timestamp) -> Option<(Earned, u32)> {
        let opens = |earned: &Earned| self.opens(earned);
        let mut moments: Vec<Timestamp> = earned
            .iter()
            .map(|earned| earned.from)
            .chain(earned.iter().filter_map(opens))
            .collect();
        moments.retain(|moment| *moment <= at);
        moments.sort();
        let lasts = |earned: &Earned| earned.expires.unwrap_or(Timestamp::from_micros(i64::MAX));
        let mut shown: Option<(Earned, u32)> = None;
        for moment in moments {
            if shown.is_some_and(|(current, _)| opens(&current).is_none_or(|opens| moment < opens)) {
                continue;
            }
            let known = earned.iter().filter(|earned| earned.from <= moment);
            let better =
                known.filter(|earned| shown.is_none_or(|(current, _)| lasts(earned) > lasts(&current)));
            // The longest; of equals, the first.
            let best = better.fold(None, |best: Option<&Earned>, next| match best {
                Some(best) if lasts(best) >= lasts(next) => Some(best),
                _ => Some(next),
            });
            if let Some(best) = best {
                shown = Some((*best, shown.map_or(1, |(_, cycle)| cycle + 1)));
            }
        }
        shown
    }
}

/// `31 December` in a year.
fn day_in(text: &str, year: i32) -> NaiveDate {
    let parse = |year: i32| NaiveDate::parse_from_str(&format!("{text} {year}"), "%d %B %Y");
    parse(year).unwrap_or_else(|_| NaiveDate::from_ymd_opt(year, 2, 28).unwrap())
}
