// The log: entries in arrival order, the feeds they belong to, and what of each feed is not held.

export const LOG_TABLES = `
  -- Small named values: the store's id, flags.
  CREATE TABLE settings (name TEXT PRIMARY KEY, value) WITHOUT ROWID;

  -- One row a feed; it outlives the feed's messages. key: the 32 bytes of the author.
  CREATE TABLE feeds (
    id INTEGER PRIMARY KEY,
    key BLOB NOT NULL UNIQUE,
    head INTEGER NOT NULL DEFAULT 0,
    head_hash BLOB,
    forked_at INTEGER,
    arrival INTEGER NOT NULL DEFAULT 0
  );
  CREATE INDEX feeds_by_arrival ON feeds (arrival);
  CREATE INDEX feeds_forked ON feeds (forked_at) WHERE forked_at IS NOT NULL;

  -- kind 0: a message. 1: forked from sequence on. 2: forgotten from sequence to until.
  -- AUTOINCREMENT, because an offset is never given twice, whatever was removed.
  CREATE TABLE entries (
    offset INTEGER PRIMARY KEY AUTOINCREMENT,
    kind INTEGER NOT NULL DEFAULT 0,
    feed INTEGER NOT NULL,
    sequence INTEGER NOT NULL,
    until INTEGER,
    linked INTEGER,
    received_at INTEGER NOT NULL,
    expires_at INTEGER,
    hash BLOB,
    signature BLOB,
    text TEXT
  );
  CREATE UNIQUE INDEX entries_by_hash ON entries (hash) WHERE kind = 0;
  CREATE INDEX entries_by_sequence ON entries (feed, sequence) WHERE kind = 0;

  -- Ranges of a feed that are not held, both ends included. reason 0: missing. 1: filtered. 2: forgotten.
  CREATE TABLE holes (
    feed INTEGER NOT NULL,
    first INTEGER NOT NULL,
    last INTEGER NOT NULL,
    reason INTEGER NOT NULL,
    PRIMARY KEY (feed, first)
  ) WITHOUT ROWID;
  CREATE INDEX holes_missing ON holes (feed, first) WHERE reason = 0;

  INSERT INTO settings VALUES ('store', lower(hex(randomblob(8))));
`
