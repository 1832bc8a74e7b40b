//! Why a statement did not count.

use std::fmt::Write as _;

use super::super::fold::Declined;
use super::super::judge::Why;
use super::super::report::Report;
use super::super::words::{Day, Points, Quoted};
use super::scores;

impl Report<'_> {
    /// Whether a statement was an attempt where not any that passed will do.
    pub(super) fn is_tried(&self, declined: &Declined) -> bool {
        self.attempts(declined.leaf).is_some() && !matches!(declined.why, Why::Before(_))
    }

    /// Why a statement did not count.
    pub(in crate::evaluate) fn why(&self, declined: &Declined, out: &mut String) {
        let needed = self.threshold(declined.leaf);
        let _ = match (declined.why, needed) {
            (Why::Failed(Some(score)), Some(needed)) => {
                let (score, needed) = scores(needed, score);
                write!(out, "failed with {score} ({needed} needed)")
            }
            (Why::Failed(Some(score)), None) => write!(out, "failed with {}", Points(score)),
            (Why::Failed(None), _) => write!(out, "failed"),
            (Why::Below(score), Some(needed)) => {
                let (score, needed) = scores(needed, score);
                write!(out, "score {score} of {needed} needed")
            }
            (Why::Below(score), None) => write!(out, "score {}", Points(score)),
            (Why::NoScore, Some(needed)) => {
                let (_, needed) = scores(needed, needed.least());
                write!(out, "no score was reported, {needed} needed")
            }
            (Why::NoScore, None) => write!(out, "no score was reported"),
            (Why::OnlyCompleted, _) => write!(out, "completed, but that it was passed was not reported"),
            (Why::NotCompleted, _) => write!(out, "that it was completed was not reported"),
            (Why::NotBy, _) => write!(
                out,
                "{}, but by an authority that does not count here",
                self.done(declined.leaf)
            ),
            (Why::NoDuration, _) => write!(
                out,
                "how long it took was not reported, and there is a time limit"
            ),
            (Why::TooLong, _) => {
                let took = self
                    .row(declined.position)
                    .and_then(|row| row.evidence()?.duration.as_ref());
                write!(
                    out,
                    "it took longer ({}) than the time limit",
                    took.map_or("", |took| took.as_str())
                )
            }
            (Why::NotWaived, _) => write!(out, "waived, but not for a reason that counts here"),
            (Why::NotSo, _) => {
                let says = self
                    .plan
                    .requirement_of(declined.leaf)
                    .and_then(|own| own.conditions.says.as_ref());
                let row = self.row(declined.position).and_then(|row| row.evidence());
                let unmet = says.zip(row).and_then(|(says, row)| says.why_not(row));
                write!(
                    out,
                    "{}, but it does not count unless {}",
                    self.done(declined.leaf),
                    unmet.unwrap_or_default()
                )
            }
            (Why::TooSoon(_) | Why::TooMany(..) | Why::NotDeciding | Why::Mean(_), _) => {
                self.not_deciding(declined.leaf, declined.why, out);
                Ok(())
            }
            (Why::NotOther | Why::NotTold | Why::TooEarly(_), _) => {
                self.not_so(declined.leaf, declined.why, out);
                Ok(())
            }
            (Why::Happened, _) => {
                let period = self.plan.absence(declined.leaf);
                let period = period.map_or_else(String::new, |period| period.to_string());
                write!(out, "reported: {period} without it are counted anew from then")
            }
            (Why::Before(first), _) if self.is_claim(declined.leaf, first) => {
                write!(out, "before its parts were met")
            }
            (Why::Before(first), _) => {
                let title = self
                    .plan
                    .requirement_of(first)
                    .map_or("", |first| first.title.as_str());
                let met = self.own.fold.first_met(first);
                match met.and_then(|at| self.row(at)) {
                    Some(_) if met < Some(declined.position) => {
                        write!(out, "while {} was not met any more", Quoted(title))
                    }
                    Some(row) => {
                        write!(
                            out,
                            "before {} was met on {}",
                            Quoted(title),
                            Day(row.when, self.zone)
                        )
                    }
                    None => write!(out, "before {} was met", Quoted(title)),
                }
            }
        };
    }
}
