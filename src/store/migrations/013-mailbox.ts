// Local records: what was read of the inbox, and whose messages are kept out of it.

export const MAILBOX_TABLES = `
  CREATE TABLE inbox_marks (hash BLOB PRIMARY KEY, read_at INTEGER, acknowledged_at INTEGER) WITHOUT ROWID;
  CREATE TABLE mutes (author TEXT PRIMARY KEY, muted_at INTEGER NOT NULL) WITHOUT ROWID;
`
