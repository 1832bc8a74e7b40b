//! Inverse Functional Identifiers: who an agent or group is (xAPI 1.0.3 Data 2.4.2.3).

use std::borrow::Cow;
use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};

use serde::{Deserialize, Serialize};

use crate::error::FormatError;
use crate::iri;

/// What identifies an agent or group.
///
/// Equality, order and hash follow the standard: the domain of a mail address and the hex digits of a hash are
/// case-insensitive, all else is compared as it is.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(into = "IfiForm", try_from = "IfiForm")]
pub enum Ifi {
    /// `mbox`: a mail address, with `mailto:`.
    Mbox(String),
    /// `mbox_sha1sum`: the SHA-1 of a `mailto:` IRI, in 40 hex digits.
    MboxSha1Sum(String),
    /// `openid`: a URI.
    OpenId(String),
    /// `account`: an account on an existing system.
    Account {
        /// The member `homePage`: the IRL of the system.
        home_page: String,
        /// The member `name`: the account's name there.
        name: String,
    },
}

impl Ifi {
    /// A checked `mbox`: `mailto:` and a mail address.
    pub fn mbox(text: &str) -> Result<Self, FormatError> {
        check_mbox(text)?;
        Ok(Self::Mbox(text.to_owned()))
    }

    /// A checked `mbox_sha1sum`: 40 hex digits.
    pub fn mbox_sha1sum(text: &str) -> Result<Self, FormatError> {
        if text.len() != 40 || !text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return Err(FormatError::new("a SHA-1 hash in 40 hex digits", text, None));
        }
        Ok(Self::MboxSha1Sum(text.to_owned()))
    }

    /// A checked `openid`.
    pub fn openid(text: &str) -> Result<Self, FormatError> {
        iri::check(text)?;
        Ok(Self::OpenId(text.to_owned()))
    }

    /// A checked `account`: the home page must be an IRL.
    pub fn account(home_page: &str, name: &str) -> Result<Self, FormatError> {
        iri::check(home_page)?;
        Ok(Self::Account {
            home_page: home_page.to_owned(),
            name: name.to_owned(),
        })
    }

    /// A text that two identifiers share exactly if they are equal. Meant for hashing and indexing.
    pub fn key(&self) -> String {
        match self.parts() {
            (Kind::Mbox, first, _) => format!("mbox:{first}"),
            (Kind::MboxSha1Sum, first, _) => format!("mbox_sha1sum:{first}"),
            (Kind::OpenId, first, _) => format!("openid:{first}"),
            // The length keeps apart what two texts side by side could confuse.
            (Kind::Account, first, second) => format!("account:{}:{first}:{second}", first.len()),
        }
    }

    /// The identifier alone in the standard's form: `{"mbox":"mailto:a@b.c"}`.
    pub fn to_json(&self) -> String {
        let mut out = String::from("{");
        self.write_members(&mut out);
        out.push('}');
        out
    }

    /// Appends the member, without braces.
    pub(crate) fn write_members(&self, out: &mut String) {
        let mut member = |name: &str, text: &str| {
            crate::json::write_string(name, out);
            out.push(':');
            crate::json::write_string(text, out);
        };
        match self {
            Self::Mbox(text) => member("mbox", text),
            Self::MboxSha1Sum(text) => member("mbox_sha1sum", text),
            Self::OpenId(text) => member("openid", text),
            Self::Account { home_page, name } => {
                out.push_str("\"account\":{\"homePage\":");
                crate::json::write_string(home_page, out);
                out.push_str(",\"name\":");
                crate::json::write_string(name, out);
                out.push('}');
            }
        }
    }

    /// Kind and texts in the one case that equal identifiers share.
    fn parts(&self) -> (Kind, Cow<'_, str>, &str) {
        match self {
            Self::Mbox(text) => (Kind::Mbox, lower_domain(text), ""),
            Self::MboxSha1Sum(text) => (Kind::MboxSha1Sum, lower(text), ""),
            Self::OpenId(text) => (Kind::OpenId, Cow::Borrowed(text), ""),
            Self::Account { home_page, name } => (Kind::Account, Cow::Borrowed(home_page), name),
        }
    }
}

#[derive(PartialEq, Eq, PartialOrd, Ord, Hash)]
enum Kind {
    Mbox,
    MboxSha1Sum,
    OpenId,
    Account,
}

fn lower(text: &str) -> Cow<'_, str> {
    if text.bytes().any(|byte| byte.is_ascii_uppercase()) {
        Cow::Owned(text.to_ascii_lowercase())
    } else {
        Cow::Borrowed(text)
    }
}

fn lower_domain(text: &str) -> Cow<'_, str> {
    match text.rsplit_once('@') {
        Some((local, domain)) if domain.bytes().any(|byte| byte.is_ascii_uppercase()) => {
            Cow::Owned(format!("{local}@{}", domain.to_ascii_lowercase()))
        }
        _ => Cow::Borrowed(text),
    }
}

/// `mailto:`, something, `@`, a domain. Mail addresses are too various for more, but a header (`?subject=`), a list,
/// white space and control characters make something else of it.
fn check_mbox(text: &str) -> Result<(), FormatError> {
    let fail = |detail| {
        FormatError::new(
            "\"mailto:\" and a mail address, such as \"mailto:ann@example.com\"",
            text,
            Some(detail),
        )
    };
    let address = text
        .strip_prefix("mailto:")
        .ok_or_else(|| fail("it does not begin with \"mailto:\""))?;
    let (local, domain) = address
        .rsplit_once('@')
        .ok_or_else(|| fail("there is no \"@\""))?;
    if local.is_empty() {
        return Err(fail("there is nothing before the \"@\""));
    }
    let label = |label: &str| !label.is_empty() && !label.starts_with('-') && !label.ends_with('-');
    let literal = domain.starts_with('[') && domain.ends_with(']');
    if !literal && !domain.split('.').all(label) {
        return Err(fail("the domain after the \"@\" is not one"));
    }
    if domain.contains(['?', '&', '/', ',', ';', ':', '"', '<', '>', '(', ')', '\\']) && !literal {
        return Err(fail("the domain after the \"@\" is not one"));
    }
    if !local.starts_with('"')
        && local.contains(['@', ',', ';', ':', '<', '>', '(', ')', '[', ']', '\\', '"'])
    {
        return Err(fail("the part before the \"@\" has characters that need quotes"));
    }
    if address.chars().any(|c| c.is_whitespace() || c.is_control()) {
        return Err(fail("it contains white space"));
    }
    Ok(())
}

impl PartialEq for Ifi {
    fn eq(&self, other: &Self) -> bool {
        self.parts() == other.parts()
    }
}

impl Eq for Ifi {}

impl PartialOrd for Ifi {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Ifi {
    fn cmp(&self, other: &Self) -> Ordering {
        self.parts().cmp(&other.parts())
    }
}

impl Hash for Ifi {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.parts().hash(state);
    }
}

impl fmt::Display for Ifi {
    /// For people: the address, hash, URI, or `name (homePage)`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Mbox(text) | Self::MboxSha1Sum(text) | Self::OpenId(text) => f.write_str(text),
            Self::Account { home_page, name } => write!(f, "{name} ({home_page})"),
        }
    }
}

/// The identifier as serde reads and writes it.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct IfiForm {
    #[serde(skip_serializing_if = "Option::is_none", default)]
    mbox: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    mbox_sha1sum: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    openid: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    account: Option<AccountForm>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct AccountForm {
    home_page: String,
    name: String,
}

impl From<Ifi> for IfiForm {
    fn from(ifi: Ifi) -> Self {
        let mut form = Self {
            mbox: None,
            mbox_sha1sum: None,
            openid: None,
            account: None,
        };
        match ifi {
            Ifi::Mbox(text) => form.mbox = Some(text),
            Ifi::MboxSha1Sum(text) => form.mbox_sha1sum = Some(text),
            Ifi::OpenId(text) => form.openid = Some(text),
            Ifi::Account { home_page, name } => form.account = Some(AccountForm { home_page, name }),
        }
        form
    }
}

impl TryFrom<IfiForm> for Ifi {
    type Error = FormatError;

    fn try_from(form: IfiForm) -> Result<Self, FormatError> {
        match (form.mbox, form.mbox_sha1sum, form.openid, form.account) {
            (Some(text), None, None, None) => Self::mbox(&text),
            (None, Some(text), None, None) => Self::mbox_sha1sum(&text),
            (None, None, Some(text), None) => Self::openid(&text),
            (None, None, None, Some(AccountForm { home_page, name })) => {
                iri::check(&home_page)?;
                Ok(Self::Account { home_page, name })
            }
            _ => Err(FormatError::new(
                "exactly one of \"mbox\", \"mbox_sha1sum\", \"openid\" and \"account\"",
                "none or several",
                None,
            )),
        }
    }
}
