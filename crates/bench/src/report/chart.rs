//! The figures that something is asked of, as parts of what is asked: bars that end right of the line meet it.

use std::fmt::Write as _;

use crate::figures::{Bar, Figure, Figures};
use crate::report::number;

const ROW: usize = 22;
const LEFT: f64 = 500.0;
const WIDTH: f64 = 1_000.0;
/// The chart goes from a tenth of what is asked for to ten times that; the line is in the middle.
const DECADE: f64 = (WIDTH - LEFT - 110.0) / 2.0;

/// The chart.
pub(super) fn svg(figures: &Figures) -> String {
    let rows: Vec<(&Figure, Bar)> = figures
        .all()
        .iter()
        .filter_map(|figure| figure.bar.map(|bar| (figure, bar)))
        .collect();
    let height = rows.len() * ROW + 50;
    let line = LEFT + DECADE;
    let mut svg = String::new();
    // Writing to a String does not fail.
    let _ = write!(
        svg,
        r##"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" font-family="sans-serif" font-size="12">
<rect width="100%" height="100%" fill="white"/>
<text x="{line}" y="16" text-anchor="middle" fill="#555">what is asked for (a tenth to ten times)</text>
"##
    );
    for (at, (figure, bar)) in rows.iter().enumerate() {
        let better = match bar {
            Bar::AtLeast(least) => figure.value / least,
            Bar::AtMost(most) => most / figure.value,
        };
        let length = ((better.log10() + 1.0) * DECADE).clamp(2.0, 2.0 * DECADE);
        let colour = if better >= 1.0 { "#2a7" } else { "#c63" };
        let y = at * ROW + 28;
        let middle = y + 12;
        let _ = write!(
            svg,
            r#"<text x="{}" y="{middle}" text-anchor="end">{}: {}, {}</text>
<rect x="{LEFT}" y="{y}" width="{length:.0}" height="16" fill="{colour}"/>
<text x="{:.0}" y="{middle}">{}</text>
"#,
            LEFT - 6.0,
            figure.store,
            escaped(&shortened(&figure.work)),
            figure.quantity.words(),
            LEFT + length + 4.0,
            number(figure.value),
        );
    }
    let _ = write!(
        svg,
        r##"<line x1="{line}" x2="{line}" y1="22" y2="{}" stroke="#333"/>
</svg>
"##,
        height - 10
    );
    svg
}

fn shortened(work: &str) -> String {
    let mut text: String = work.chars().take(44).collect();
    if text.len() < work.len() {
        text.push('…');
    }
    text
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;")
}
