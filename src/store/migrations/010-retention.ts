// What sweeps look messages up by, and the policies that say what is kept.

export const RETENTION_TABLES = `
  CREATE INDEX entries_expiring ON entries (expires_at) WHERE expires_at IS NOT NULL;
  CREATE INDEX entries_forgotten ON entries (feed, sequence) WHERE kind = 2;

  -- scope: global, topic, author or content_type. value: empty for global.
  CREATE TABLE retention_policies (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    scope TEXT NOT NULL,
    value TEXT NOT NULL,
    max_age_secs INTEGER,
    max_count INTEGER,
    max_bytes INTEGER,
    compact_key TEXT,
    include_self INTEGER NOT NULL,
    created_at INTEGER NOT NULL
  );
`
