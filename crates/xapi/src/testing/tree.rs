//! JSON as a tree that keeps the text of its numbers and the order of its members.

/// A JSON value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Tree {
    /// `null`, `true`, `false` or a number, as its text.
    Raw(String),
    /// A string, unescaped.
    Text(String),
    /// An array.
    Array(Vec<Tree>),
    /// An object, members in order.
    Object(Vec<(String, Tree)>),
}

impl Tree {
    /// A string.
    pub fn text(text: impl Into<String>) -> Self {
        Self::Text(text.into())
    }

    /// `true` or `false`.
    pub fn flag(flag: bool) -> Self {
        Self::Raw(flag.to_string())
    }

    /// An object of the members that are there.
    pub fn object<const N: usize>(members: [(&str, Option<Self>); N]) -> Self {
        let present = members
            .into_iter()
            .filter_map(|(name, value)| Some((name.to_owned(), value?)));
        Self::Object(present.collect())
    }

    /// The members, if it is an object.
    pub fn members_mut(&mut self) -> Option<&mut Vec<(String, Self)>> {
        match self {
            Self::Object(members) => Some(members),
            _ => None,
        }
    }

    /// A member, if it is an object that has it.
    pub fn get(&self, name: &str) -> Option<&Self> {
        match self {
            Self::Object(members) => members
                .iter()
                .find_map(|(found, value)| (found == name).then_some(value)),
            _ => None,
        }
    }

    /// A member to be changed, if it is an object that has it.
    pub fn get_mut(&mut self, name: &str) -> Option<&mut Self> {
        self.members_mut()?
            .iter_mut()
            .find_map(|(found, value)| (found == name).then_some(value))
    }

    /// Sets or replaces a member, if it is an object.
    pub fn set(&mut self, name: &str, value: Self) {
        if let Some(slot) = self.get_mut(name) {
            *slot = value;
        } else if let Some(members) = self.members_mut() {
            members.push((name.to_owned(), value));
        }
    }

    /// Takes a member away, if it is an object that has it.
    pub fn remove(&mut self, name: &str) -> Option<Self> {
        let members = self.members_mut()?;
        let at = members.iter().position(|(found, _)| found == name)?;
        Some(members.remove(at).1)
    }

    /// The JSON text, without white space.
    pub fn render(&self) -> String {
        let mut out = String::new();
        self.write("", &mut out);
        out
    }

    /// The JSON text with white space wherever there may be some.
    pub fn render_spaced(&self) -> String {
        let mut out = String::from("\r\n");
        self.write(" \n\t", &mut out);
        out
    }

    fn write(&self, space: &str, out: &mut String) {
        match self {
            Self::Raw(text) => out.push_str(text),
            Self::Text(text) => crate::json::write_string(text, out),
            Self::Array(elements) => {
                out.push('[');
                for (at, element) in elements.iter().enumerate() {
                    out.push_str(if at > 0 { "," } else { "" });
                    out.push_str(space);
                    element.write(space, out);
                }
                out.push(']');
            }
            Self::Object(members) => {
                out.push('{');
                for (at, (name, value)) in members.iter().enumerate() {
                    out.push_str(if at > 0 { "," } else { "" });
                    out.push_str(space);
                    crate::json::write_string(name, out);
                    out.push_str(space);
                    out.push(':');
                    value.write(space, out);
                }
                out.push('}');
            }
        }
        out.push_str(space);
    }
}
