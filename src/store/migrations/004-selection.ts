// Local records: the authors this node follows, the topics it keeps, the authors it blocks.

export const SELECTION_TABLES = `
  CREATE TABLE selections (list TEXT, value TEXT, added_at INTEGER NOT NULL, PRIMARY KEY (list, value)) WITHOUT ROWID;
`
