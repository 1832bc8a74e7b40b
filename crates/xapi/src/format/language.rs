//! Which language somebody prefers (RFC 9110 12.5.4, RFC 4647).

/// Languages somebody prefers, from a header `Accept-Language`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AcceptLanguage(Vec<Range>);

/// A language range and its weight in thousandths.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Range {
    text: String,
    weight: u16,
}

/// How many ranges of one header are looked at: nobody lists so many languages, and each costs time for each map.
const MOST_RANGES: usize = 50;

impl AcceptLanguage {
    /// Reads the header, such as `de-CH, de;q=0.9, en;q=0.5, *;q=0.1`. What is not understood in it is passed over;
    /// an empty header prefers nothing.
    pub fn parse(header: &str) -> Self {
        Self(
            header
                .split(',')
                .filter_map(Range::parse)
                .take(MOST_RANGES)
                .collect(),
        )
    }

    /// Which of the languages to take: `None` only if there are none.
    ///
    /// The best is one that a range names or covers (`en` covers `en-GB`), by weight. Where there is none: a more
    /// general one (`en` for `en-GB`), then a sibling (`en-US` for `en-GB`), then the first that is not refused by
    /// weight 0, then the first.
    pub fn choose(&self, tags: &[&str]) -> Option<usize> {
        let rank = |at: usize, tag: &&str| (self.rank(tag), std::cmp::Reverse(at));
        tags.iter()
            .enumerate()
            .max_by_key(|(at, tag)| rank(*at, tag))
            .map(|(at, _)| at)
    }

    fn rank(&self, tag: &str) -> Rank {
        let ranked = |fits: fn(&str, &str) -> bool| {
            let fitting = self
                .0
                .iter()
                .enumerate()
                .filter(move |(_, range)| fits(&range.text, tag));
            // The longest range that covers a tag gives it its weight.
            let (at, range) = fitting.max_by_key(|(at, range)| (range.text.len(), std::cmp::Reverse(*at)))?;
            Some((range.weight, std::cmp::Reverse(at)))
        };
        let related = |(class, fits): (u8, fn(&str, &str) -> bool)| {
            ranked(fits)
                .filter(|(weight, _)| *weight > 0)
                .map(|(weight, at)| (class, weight, at))
        };
        let relation = related((2, is_prefix_of_range)).or_else(|| related((1, is_sibling)));
        match ranked(covers) {
            Some((0, _)) => Rank {
                covered: None,
                refused: true,
                relation: None,
            },
            covered => Rank {
                covered,
                refused: false,
                relation,
            },
        }
    }
}

/// Compared from the first field to the last; see [`AcceptLanguage::choose`].
#[derive(PartialEq, Eq)]
struct Rank {
    covered: Option<(u16, std::cmp::Reverse<usize>)>,
    refused: bool,
    relation: Option<(u8, u16, std::cmp::Reverse<usize>)>,
}

impl Rank {
    fn key(&self) -> impl Ord {
        // Weight alone first: of several that `*` covers alike, a relative of a named language comes before others.
        let weight = self.covered.map(|(weight, _)| weight);
        (
            weight,
            !self.refused,
            self.covered.map(|(_, at)| at),
            self.relation,
        )
    }
}

impl PartialOrd for Rank {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Rank {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.key().cmp(&other.key())
    }
}

impl Range {
    fn parse(item: &str) -> Option<Self> {
        let mut parts = item.split(';').map(str::trim);
        let text = parts.next()?;
        let well_formed = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'*';
        if text.is_empty() || text.len() > 100 || !text.bytes().all(well_formed) {
            return None;
        }
        let weight = match parts.next() {
            None => 1_000,
            Some(parameter) => {
                let value = parameter
                    .strip_prefix("q=")
                    .or_else(|| parameter.strip_prefix("Q="))?;
                let value: f32 = value.trim().parse().ok()?;
                if !(0.0..=1.0).contains(&value) {
                    return None;
                }
                (value * 1_000.0).round() as u16
            }
        };
        Some(Self {
            text: text.to_ascii_lowercase(),
            weight,
        })
    }
}

/// Basic filtering of RFC 4647 3.3.1: the range is the tag, or a beginning of it before a hyphen, or `*`.
fn covers(range: &str, tag: &str) -> bool {
    range == "*" || begins(tag, range)
}

fn is_prefix_of_range(range: &str, tag: &str) -> bool {
    begins(range, tag)
}

fn is_sibling(range: &str, tag: &str) -> bool {
    let primary = |text: &str| text.split('-').next().unwrap_or_default().to_ascii_lowercase();
    primary(range) == primary(tag)
}

/// Whether `text` begins with all subtags of `start`, in any case.
fn begins(text: &str, start: &str) -> bool {
    text.get(..start.len())
        .is_some_and(|head| head.eq_ignore_ascii_case(start))
        && matches!(text.as_bytes().get(start.len()), None | Some(b'-'))
}
