-- Every change has its moment (0: before this version); the last is the latest there is.
ALTER TABLE change ADD COLUMN at INTEGER NOT NULL DEFAULT 0;

-- What people decided. Only ever added.
CREATE TABLE act (
    at           INTEGER PRIMARY KEY,
    id           BLOB NOT NULL UNIQUE,
    kind         TEXT NOT NULL,
    subject_kind INTEGER NOT NULL,           -- as the kind of a change
    subject      TEXT NOT NULL,
    curriculum   TEXT,
    made_by      TEXT NOT NULL,
    undoes       BLOB UNIQUE,
    body         TEXT NOT NULL
) STRICT;
CREATE INDEX act_by_subject ON act (subject_kind, subject, at);
CREATE INDEX act_by_curriculum ON act (curriculum, at) WHERE curriculum IS NOT NULL;
CREATE INDEX act_by_kind ON act (kind, at);

-- Who reports to whom, and people as they were known before: a version counts until the next; without a body the
-- person was removed.
ALTER TABLE person ADD COLUMN manager TEXT;
UPDATE person SET manager = json_extract(body, '$.manager') WHERE json_valid(body);
CREATE INDEX person_by_manager ON person (manager, id) WHERE manager IS NOT NULL;

CREATE TABLE person_version (
    person   TEXT NOT NULL,
    known_at INTEGER NOT NULL,
    ifis     TEXT NOT NULL,
    manager  TEXT,
    body     TEXT,
    PRIMARY KEY (person, known_at)
) STRICT, WITHOUT ROWID;
CREATE INDEX person_version_by_manager ON person_version (manager, person) WHERE manager IS NOT NULL;
INSERT INTO person_version (person, known_at, ifis, manager, body) SELECT id, 0, ifis, manager, body FROM person;
