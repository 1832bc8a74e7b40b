//! CSV: rows by the names of their columns, with findings by line and column.

use chrono::NaiveDate;
use csv::{ReaderBuilder, StringRecord};
use rules::Finding;
use xapi::Ifi;

/// The longest name in a field that holds several, in characters.
const LONGEST: usize = 200;

/// Reads CSV (RFC 4180, comma, UTF-8, with a header) row by row. `columns`: those there may be, those there must be,
/// and what a right header is like. With a wrong header, no row is read.
pub(crate) fn each_row(
    file: &str,
    text: &str,
    (known, needed, example): (&[&str], &[&str], &str),
    findings: &mut Vec<Finding>,
    mut row_read: impl FnMut(&mut Fields<'_>),
) {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut reader = ReaderBuilder::new()
        .flexible(true)
        .trim(csv::Trim::All)
        .from_reader(text.as_bytes());
    let header = match reader.headers() {
        Ok(header) => header.clone(),
        Err(error) => {
            findings.push(unreadable(file, &error));
            return;
        }
    };
    let before = findings.len();
    check_header(file, &header, (known, needed, example), findings);
    if findings.len() > before {
        return;
    }
    let mut lines = Lines {
        text: text.as_bytes(),
        at: 0,
        line: 1,
    };
    for row in reader.records() {
        let row = match row {
            Ok(row) => row,
            Err(error) => {
                findings.push(unreadable(file, &error));
                continue;
            }
        };
        let line = row.position().map(|position| lines.of_row_from(position.byte()));
        let mut fields = Fields {
            file,
            line,
            header: &header,
            row: &row,
            findings,
        };
        if row.len() != header.len() {
            let message = format!("the row has {} fields", row.len());
            fields.find("", message, format!("{} fields, as the header has", header.len()));
            continue;
        }
        row_read(&mut fields);
    }
}

fn check_header(
    file: &str,
    header: &StringRecord,
    (known, needed, example): (&[&str], &[&str], &str),
    findings: &mut Vec<Finding>,
) {
    let mut find = |path: &str, message: String, expected: String| {
        let (file, path) = (file.to_owned(), path.to_owned());
        findings.push(Finding {
            file,
            line: Some(1),
            column: None,
            path,
            message,
            expected,
        });
    };
    // As spreadsheets write it where a comma stands in numbers.
    if let [all] = header.iter().collect::<Vec<_>>().as_slice()
        && all.contains([';', '\t'])
    {
        return find(
            "",
            "the columns are not separated by commas".to_owned(),
            format!("commas between columns: {}", all.replace([';', '\t'], ",")),
        );
    }
    for (index, column) in header.iter().enumerate() {
        if !known.contains(&column) {
            find(
                column,
                format!("there is no column {column:?}"),
                format!("some of {}", known.join(", ")),
            );
        } else if header.iter().take(index).any(|before| before == column) {
            find(
                column,
                format!("the column {column:?} stands there twice"),
                "each column once".to_owned(),
            );
        }
    }
    for needed in needed {
        if !header.iter().any(|column| column == *needed) {
            find(
                needed,
                format!("there is no column {needed:?}"),
                example.to_owned(),
            );
        }
    }
}

fn unreadable(file: &str, error: &csv::Error) -> Finding {
    Finding {
        file: file.to_owned(),
        line: error
            .position()
            .map(|position| usize::try_from(position.line()).unwrap_or(usize::MAX)),
        column: None,
        path: String::new(),
        message: format!("this can not be read: {error}"),
        expected: "CSV in UTF-8 with commas".to_owned(),
    }
}

/// Counts lines. The reader says where it began to look for a row, which may be before empty lines.
struct Lines<'a> {
    text: &'a [u8],
    at: usize,
    line: usize,
}

impl Lines<'_> {
    fn of_row_from(&mut self, byte: u64) -> usize {
        let from = usize::try_from(byte).unwrap_or(usize::MAX);
        while let Some(read) = self.text.get(self.at)
            && (self.at < from || matches!(read, b'\r' | b'\n'))
        {
            self.line += usize::from(*read == b'\n');
            self.at += 1;
        }
        self.line
    }
}

/// One row, by the names of its columns.
pub(crate) struct Fields<'a> {
    file: &'a str,
    pub(crate) line: Option<usize>,
    header: &'a StringRecord,
    row: &'a StringRecord,
    findings: &'a mut Vec<Finding>,
}

impl<'a> Fields<'a> {
    pub(crate) fn get(&self, column: &str) -> Option<&'a str> {
        let index = self.header.iter().position(|name| name == column)?;
        self.row.get(index).filter(|field| !field.is_empty())
    }

    pub(crate) fn owned(&self, column: &str) -> Option<String> {
        self.get(column).map(str::to_owned)
    }

    pub(crate) fn find(&mut self, column: &str, message: String, expected: String) {
        self.findings.push(Finding {
            file: self.file.to_owned(),
            line: self.line,
            column: None,
            path: column.to_owned(),
            message,
            expected,
        });
    }

    pub(crate) fn identifiers(&mut self) -> Vec<Ifi> {
        let mut found = Vec::new();
        if let Some(text) = self.get("mbox") {
            let mbox = if text.starts_with("mailto:") {
                text.to_owned()
            } else {
                format!("mailto:{text}")
            };
            found.push(("mbox", Ifi::mbox(&mbox)));
        }
        if let Some(text) = self.get("openid") {
            found.push(("openid", Ifi::openid(text)));
        }
        match (self.get("account_home_page"), self.get("account_name")) {
            (Some(home_page), Some(name)) => found.push(("account_home_page", Ifi::account(home_page, name))),
            (None, None) => {}
            (Some(_), None) => {
                self.find(
                    "account_name",
                    "the account has a home page and no name".to_owned(),
                    "both or neither".to_owned(),
                );
            }
            (None, Some(_)) => {
                self.find(
                    "account_home_page",
                    "the account has a name and no home page".to_owned(),
                    "both or neither".to_owned(),
                );
            }
        }
        let mut ifis = Vec::new();
        for (column, parsed) in found {
            match parsed {
                Ok(ifi) => ifis.push(ifi),
                Err(error) => self.find(
                    column,
                    format!("this is no {column}: {error}"),
                    error.expected().to_owned(),
                ),
            }
        }
        ifis
    }

    pub(crate) fn several(&mut self, column: &str) -> Vec<&'a str> {
        let names: Vec<_> = self
            .get(column)
            .into_iter()
            .flat_map(|field| field.split(';'))
            .map(str::trim)
            .filter(|name| !name.is_empty())
            .collect();
        for name in &names {
            if name.chars().count() > LONGEST {
                self.find(
                    column,
                    format!("a name is longer than {LONGEST} characters"),
                    "names separated by \";\"".to_owned(),
                );
            }
        }
        names
    }

    pub(crate) fn date(&mut self, column: &str, text: &str) -> Option<NaiveDate> {
        match NaiveDate::parse_from_str(text.trim(), "%Y-%m-%d") {
            Ok(date) => Some(date),
            Err(_) => {
                self.find(
                    column,
                    format!("{text:?} is not a date"),
                    "a date such as 2026-01-31".to_owned(),
                );
                None
            }
        }
    }
}
