-- What the stored vectors were made by, and the secret that seals cursors.
CREATE TABLE meta (
    key    TEXT PRIMARY KEY,
    value  BLOB NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO meta VALUES ('cursor_secret', randomblob(32));

CREATE TABLE partitions (
    partition    INTEGER PRIMARY KEY,
    epoch        INTEGER NOT NULL,
    next_offset  INTEGER NOT NULL
) STRICT;

CREATE TABLE users (
    id      INTEGER PRIMARY KEY,
    tenant  TEXT NOT NULL,
    user    TEXT NOT NULL,
    head    BLOB NOT NULL,                 -- format byte, then postcard
    UNIQUE (tenant, user)
) STRICT;

-- body holds everything but the vectors, which are f32 little-endian. closed, recency and id are
-- the order of lists: active first, newest first, id.
CREATE TABLE preferences (
    row      INTEGER PRIMARY KEY,
    user     INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    id       TEXT    NOT NULL,
    status   INTEGER NOT NULL,
    closed   INTEGER NOT NULL,             -- 0 for active
    recency  INTEGER NOT NULL,             -- minus the time of the last update, in ms
    body     BLOB    NOT NULL,
    context  BLOB    NOT NULL,
    content  BLOB    NOT NULL,
    UNIQUE (user, id)
) STRICT;

CREATE INDEX preferences_in_order ON preferences (user, closed, recency, id, status);

CREATE TABLE revisions (
    user        INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    preference  TEXT    NOT NULL,
    version     INTEGER NOT NULL,
    at          INTEGER NOT NULL,
    body        BLOB    NOT NULL,
    PRIMARY KEY (user, preference, version)
) STRICT, WITHOUT ROWID;
