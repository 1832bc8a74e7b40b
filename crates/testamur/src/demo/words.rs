//! How the demo's summary says things.

use std::time::Duration;

use console::{Term, truncate_str};

use super::found::Standing;

/// How wide lines are on a terminal that does not say how wide it is.
const WIDTH: usize = 120;

/// Why a standing is not what it could be: in its own words for the first course that is lacking, in short for
/// what has run out as a whole.
pub(crate) fn reasons(standing: &Standing) -> String {
    let lacking: Vec<_> = standing
        .requirements
        .iter()
        .filter(|requirement| requirement.is_lacking())
        .collect();
    let Some((first, others)) = lacking.split_first() else {
        return String::new();
    };
    if standing.status == "expired" {
        let titles: Vec<&str> = lacking
            .iter()
            .map(|requirement| requirement.title.as_str())
            .collect();
        return format!("to be taken again: {}", titles.join(", "));
    }
    let more = match others.len() {
        0 => String::new(),
        1 => "; one course more".to_owned(),
        more => format!("; {more} courses more"),
    };
    format!("{}: {}{more}", first.title, first.reason)
}

/// Cut to the width of the terminal; whole where there is none.
pub(crate) fn fitted(line: &str) -> String {
    let term = Term::stdout();
    if !term.is_term() {
        return line.to_owned();
    }
    let width = term
        .size_checked()
        .map_or(WIDTH, |(_, width)| usize::from(width))
        .saturating_sub(4);
    truncate_str(line, width, "…").into_owned()
}

/// A number with its thousands set apart.
pub(crate) fn grouped(number: usize) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// A length of time, as people say it.
pub(crate) fn span(time: Duration) -> String {
    match time.as_millis() {
        0..1_000 => format!("{} ms", time.as_millis().max(1)),
        _ => format!("{:.1} s", time.as_secs_f64()),
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{grouped, span};

    #[test]
    fn numbers_and_times_are_written_for_people() {
        assert_eq!(
            [0, 999, 1_000, 12_345, 1_234_567].map(grouped),
            ["0", "999", "1,000", "12,345", "1,234,567"]
        );
        assert_eq!(span(Duration::from_micros(20)), "1 ms");
        assert_eq!(span(Duration::from_millis(14)), "14 ms");
        assert_eq!(span(Duration::from_millis(3_249)), "3.2 s");
    }
}
