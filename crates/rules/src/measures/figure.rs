//! Figures that somebody posted.

use std::collections::BTreeMap;

use super::tally::Moment;
use crate::{ActKind, Number, View};

/// A figure of a person or group.
#[derive(Debug, Clone, Copy)]
pub(super) struct Figure<'a> {
    /// What it is a figure of, as measures name it.
    pub(super) kpi: &'a str,
    pub(super) value: Number,
    /// When it holds: of a figure over a time, the end of that.
    pub(super) moment: Moment,
}

/// The figures that are known and were not taken back, each once.
pub(super) fn figures<'a>(view: &View<'a>) -> Vec<Figure<'a>> {
    let mut figures = BTreeMap::new();
    for act in view.acts {
        if let ActKind::Figure {
            kpi, value, until, ..
        } = &act.kind
            && view.knows(act.at)
            && view.undone_at(act).is_none()
        {
            let figure = Figure {
                kpi,
                value: *value,
                moment: (*until, act.at, act.id),
            };
            figures.insert(act.id, figure);
        }
    }
    figures.into_values().collect()
}
