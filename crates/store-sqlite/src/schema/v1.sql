-- The log. A row is written once; only `voided` is ever set afterwards.
CREATE TABLE statement (
    position    INTEGER PRIMARY KEY,
    id          BLOB NOT NULL,
    stored      INTEGER NOT NULL,            -- µs since 1970, like every time in here
    voided      INTEGER NOT NULL,
    voiding     INTEGER NOT NULL,
    refers_to   BLOB,
    fingerprint BLOB NOT NULL,
    keys        BLOB NOT NULL,               -- its own index keys, 8 bytes each, little-endian
    text        TEXT NOT NULL
) STRICT;

-- How far the two indexes below have come. Entries beyond it are found through `statement` itself.
CREATE TABLE indexed (
    one     INTEGER PRIMARY KEY CHECK (one = 1),
    through INTEGER NOT NULL
) STRICT;
INSERT INTO indexed (one, through) VALUES (1, 0);

CREATE TABLE statement_id (
    id       BLOB PRIMARY KEY,
    position INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- The positions under a key, ascending, in pieces: `first`, and in `rest` the distances to the ones after it,
-- each as LEB128.
CREATE TABLE posting (
    key   INTEGER NOT NULL,
    first INTEGER NOT NULL,
    rest  BLOB NOT NULL,
    PRIMARY KEY (key, first)
) STRICT, WITHOUT ROWID;

-- Who refers to a statement, whether that is here or not.
CREATE TABLE reference (
    target   BLOB NOT NULL,
    position INTEGER NOT NULL,
    PRIMARY KEY (target, position)
) STRICT, WITHOUT ROWID;

-- Keys that entries beyond `indexed.through` got from statements they refer to.
CREATE TABLE inherited (
    n        INTEGER PRIMARY KEY AUTOINCREMENT, -- never given twice, for memory has what it has by this
    position INTEGER NOT NULL,
    keys     BLOB NOT NULL
) STRICT;

CREATE TABLE activity (
    id         TEXT PRIMARY KEY,
    definition TEXT NOT NULL
) STRICT;

-- Documents. `activity`, `agent` and `registration` are empty where the kind has none.
CREATE TABLE document (
    kind         INTEGER NOT NULL,           -- 1 state, 2 activity profile, 3 agent profile
    activity     TEXT NOT NULL,
    agent        TEXT NOT NULL,
    registration BLOB NOT NULL,
    id           TEXT NOT NULL,
    content_type TEXT NOT NULL,
    updated      INTEGER NOT NULL,
    etag         TEXT NOT NULL,
    content      BLOB NOT NULL,
    UNIQUE (kind, activity, agent, registration, id)
) STRICT;

-- Attachments. An upload becomes one when it is complete; one that nobody has touched for long is swept away.
CREATE TABLE attachment (
    sha2   TEXT PRIMARY KEY,
    length INTEGER NOT NULL,
    upload INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE upload (
    id      INTEGER PRIMARY KEY AUTOINCREMENT, -- pieces of finished ones stay numbered by it
    touched INTEGER NOT NULL
) STRICT;

CREATE TABLE piece (
    id      INTEGER PRIMARY KEY,             -- upload * 2^24 + number
    content BLOB NOT NULL
) STRICT;

-- People and curricula.
CREATE TABLE person (
    id   TEXT PRIMARY KEY,
    ifis TEXT NOT NULL,
    body TEXT NOT NULL
) STRICT;

CREATE TABLE person_ifi (
    ifi    TEXT PRIMARY KEY,
    person TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE curriculum (
    id           TEXT NOT NULL,
    revision     INTEGER NOT NULL,
    hash         TEXT NOT NULL,
    published_at INTEGER NOT NULL,
    body         TEXT NOT NULL,
    PRIMARY KEY (id, revision)
) STRICT;

CREATE TABLE change (
    position INTEGER PRIMARY KEY,
    kind     INTEGER NOT NULL,               -- 1 person, 2 curriculum
    id       TEXT NOT NULL
) STRICT;

-- What follows.
CREATE TABLE checkpoint (
    one        INTEGER PRIMARY KEY CHECK (one = 1),
    generation INTEGER NOT NULL,
    position   INTEGER NOT NULL,
    change     INTEGER NOT NULL,
    state      TEXT NOT NULL
) STRICT;
INSERT INTO checkpoint (one, generation, position, change, state) VALUES (1, 0, 0, 0, '');

CREATE TABLE evidence (
    person    TEXT NOT NULL,
    position  INTEGER NOT NULL,
    statement BLOB NOT NULL,
    body      TEXT NOT NULL,
    PRIMARY KEY (person, position, statement)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX evidence_by_statement ON evidence (statement, person);

CREATE TABLE standing (
    person         TEXT NOT NULL,
    curriculum     TEXT NOT NULL,
    revision       INTEGER NOT NULL,
    status         TEXT NOT NULL,
    next_change_at INTEGER,
    body           TEXT NOT NULL,
    PRIMARY KEY (person, curriculum)
) STRICT, WITHOUT ROWID;
CREATE INDEX standing_by_curriculum ON standing (curriculum, person);
CREATE INDEX standing_by_curriculum_status ON standing (curriculum, status, person);
CREATE INDEX standing_by_status ON standing (status, person, curriculum);
CREATE INDEX standing_by_next_change ON standing (next_change_at) WHERE next_change_at IS NOT NULL;

CREATE TABLE certificate (
    id         BLOB PRIMARY KEY,
    person     TEXT NOT NULL,
    curriculum TEXT NOT NULL,
    number     INTEGER NOT NULL,
    status     TEXT NOT NULL,
    issued_at  INTEGER NOT NULL,
    expires_at INTEGER,
    body       TEXT NOT NULL,
    UNIQUE (person, curriculum, number)
) STRICT;
CREATE INDEX certificate_by_curriculum ON certificate (curriculum, person, number);
CREATE INDEX certificate_by_curriculum_status ON certificate (curriculum, status, person, number);
CREATE INDEX certificate_by_status ON certificate (status, person, curriculum, number);

CREATE TABLE ledger (
    n           INTEGER PRIMARY KEY,
    id          BLOB NOT NULL UNIQUE,
    certificate BLOB NOT NULL,
    person      TEXT NOT NULL,
    curriculum  TEXT NOT NULL,
    kind        TEXT NOT NULL,
    at          INTEGER NOT NULL,
    decided_at  INTEGER NOT NULL,
    body        TEXT NOT NULL
) STRICT;
CREATE INDEX ledger_by_certificate ON ledger (certificate, n);

CREATE TABLE outbox (
    n      INTEGER PRIMARY KEY,
    id     BLOB NOT NULL UNIQUE,
    kind   TEXT NOT NULL,
    body   TEXT NOT NULL,
    due_at INTEGER NOT NULL
) STRICT;
CREATE INDEX outbox_by_due ON outbox (due_at, n);

-- Keys of external systems.
CREATE TABLE access_key (
    n          INTEGER PRIMARY KEY,
    id         TEXT NOT NULL UNIQUE,
    name       TEXT NOT NULL,
    secret     BLOB NOT NULL,                -- SHA-256
    scopes     TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    revoked_at INTEGER
) STRICT;
