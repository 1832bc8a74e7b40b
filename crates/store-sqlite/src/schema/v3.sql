-- What people are told; a row is written once and never changed. A place is the generation of the commit that
-- wrote the row and its order in there.
CREATE TABLE notice (
    generation INTEGER NOT NULL,
    ordinal    INTEGER NOT NULL,
    id         BLOB NOT NULL UNIQUE,
    kind       TEXT NOT NULL,
    person     TEXT,
    curriculum TEXT NOT NULL,
    obligation TEXT NOT NULL,
    step       TEXT NOT NULL,
    state      TEXT NOT NULL,
    recipients TEXT NOT NULL,                -- a JSON list
    at         INTEGER NOT NULL,
    decided_at INTEGER NOT NULL,
    body       TEXT NOT NULL,
    PRIMARY KEY (generation, ordinal)
) STRICT, WITHOUT ROWID;
CREATE INDEX notice_by_person ON notice (person, generation, ordinal) WHERE person IS NOT NULL;
CREATE INDEX notice_by_curriculum ON notice (curriculum, generation, ordinal);

CREATE TABLE notice_recipient (
    recipient  TEXT NOT NULL,
    generation INTEGER NOT NULL,
    ordinal    INTEGER NOT NULL,
    PRIMARY KEY (recipient, generation, ordinal)
) STRICT, WITHOUT ROWID;
