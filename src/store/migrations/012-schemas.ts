// Local records: the schemas of content types that were registered on this node.

export const SCHEMA_TABLES = `
  CREATE TABLE schemas (
    content_type TEXT NOT NULL, version INTEGER NOT NULL, compatibility TEXT NOT NULL, description TEXT, text TEXT NOT NULL,
    added_at INTEGER NOT NULL, PRIMARY KEY (content_type, version)
  ) WITHOUT ROWID;
`
