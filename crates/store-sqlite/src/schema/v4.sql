-- What a store knows of itself: `identity`, its own name; `copy`, how far a copy into it has come.
CREATE TABLE note (
    name  TEXT PRIMARY KEY,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO note (name, value) VALUES ('identity', lower(hex(randomblob(16))));
