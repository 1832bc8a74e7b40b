/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Type {
    /// A number.
    Integer,
    /// A text.
    Text,
    /// A list of texts, as a JSON array.
    Texts,
    /// Bytes.
    Bytes,
    /// A UUID.
    Uuid,
}

/// A column of a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Column {
    /// Its name.
    pub name: &'static str,
    /// What it holds.
    pub kind: Type,
}

/// A kind of record: everything a store keeps beside the log and the contents of attachments.
#[derive(Debug, PartialEq, Eq)]
pub struct Table {
    /// What it is called; the embedded store calls it so too.
    pub name: &'static str,
    /// Its columns, under the names that the embedded store gives them.
    pub columns: &'static [Column],
    /// The first so many columns are its key.
    pub key: usize,
}

impl Table {
    /// Whether it has records from the beginning, which those of a copy take the place of.
    #[must_use]
    pub fn begins_filled(&self) -> bool {
        self.name == "checkpoint"
    }
}

const fn integer(name: &'static str) -> Column {
    let kind = Type::Integer;
    Column { name, kind }
}

const fn text(name: &'static str) -> Column {
    let kind = Type::Text;
    Column { name, kind }
}

const fn texts(name: &'static str) -> Column {
    let kind = Type::Texts;
    Column { name, kind }
}

const fn bytes(name: &'static str) -> Column {
    let kind = Type::Bytes;
    Column { name, kind }
}

const fn uuid(name: &'static str) -> Column {
    let kind = Type::Uuid;
    Column { name, kind }
}

const fn table(name: &'static str, key: usize, columns: &'static [Column]) -> Table {
    Table { name, columns, key }
}

/// Every table, in the order in which they are copied.
pub const TABLES: &[Table] = &[
    table("activity", 1, &[text("id"), text("definition")]),
    table(
        "document",
        5,
        &[
            integer("kind"),
            text("activity"),
            text("agent"),
            bytes("registration"),
            text("id"),
            text("content_type"),
            integer("updated"),
            text("etag"),
            bytes("content"),
        ],
    ),
    table(
        "person",
        1,
        &[text("id"), text("ifis"), text("manager"), text("body")],
    ),
    table(
        "curriculum",
        2,
        &[
            text("id"),
            integer("revision"),
            text("hash"),
            integer("published_at"),
            text("body"),
        ],
    ),
    table("change", 1, &[integer("position"), integer("kind"), text("id")]),
    // After the changes: the next change comes later than all that is known.
    table(
        "person_version",
        2,
        &[
            text("person"),
            integer("known_at"),
            text("ifis"),
            text("manager"),
            text("body"),
        ],
    ),
    table(
        "act",
        1,
        &[
            uuid("id"),
            integer("at"),
            text("kind"),
            integer("subject_kind"),
            text("subject"),
            text("curriculum"),
            text("made_by"),
            uuid("undoes"),
            text("body"),
        ],
    ),
    table(
        "access_key",
        1,
        &[
            text("id"),
            text("name"),
            bytes("secret"),
            texts("scopes"),
            integer("created_at"),
            integer("revoked_at"),
        ],
    ),
    table(
        "evidence",
        2,
        &[
            uuid("statement"),
            text("person"),
            integer("position"),
            text("body"),
        ],
    ),
    table(
        "standing",
        2,
        &[
            text("person"),
            text("curriculum"),
            integer("revision"),
            text("status"),
            integer("next_change_at"),
            text("body"),
        ],
    ),
    table(
        "certificate",
        1,
        &[
            uuid("id"),
            text("person"),
            text("curriculum"),
            integer("number"),
            text("status"),
            integer("issued_at"),
            integer("expires_at"),
            text("body"),
        ],
    ),
    // `n` is the order in which entries were added.
    table(
        "ledger",
        1,
        &[
            integer("n"),
            uuid("id"),
            uuid("certificate"),
            text("person"),
            text("curriculum"),
            text("kind"),
            integer("at"),
            integer("decided_at"),
            text("body"),
        ],
    ),
    table(
        "outbox",
        1,
        &[
            integer("n"),
            uuid("id"),
            text("kind"),
            text("body"),
            integer("due_at"),
        ],
    ),
    table(
        "notice",
        1,
        &[
            uuid("id"),
            integer("generation"),
            integer("ordinal"),
            text("kind"),
            text("person"),
            text("curriculum"),
            text("obligation"),
            text("step"),
            text("state"),
            texts("recipients"),
            integer("at"),
            integer("decided_at"),
            text("body"),
        ],
    ),
    table(
        "checkpoint",
        1,
        &[
            integer("share"),
            integer("generation"),
            integer("position"),
            integer("change"),
            text("state"),
        ],
    ),
];
