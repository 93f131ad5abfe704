// How far each reader of the log has come, and with which version of its tables.

export const CURSOR_TABLES = `
  CREATE TABLE cursors (reader TEXT PRIMARY KEY, version INTEGER NOT NULL, offset INTEGER NOT NULL) WITHOUT ROWID;
`
