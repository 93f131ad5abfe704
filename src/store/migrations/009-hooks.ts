// How far each hook has come, and the messages that it failed for.

export const HOOK_TABLES = `
  -- cursor: the offset up to which every message is finished.
  CREATE TABLE hooks (
    name TEXT PRIMARY KEY, cursor INTEGER NOT NULL, delivered INTEGER NOT NULL, skipped INTEGER NOT NULL, failed INTEGER NOT NULL
  ) WITHOUT ROWID;
  -- Messages beyond the cursor that are finished while an earlier one is not.
  CREATE TABLE hook_finished (hook TEXT NOT NULL, offset INTEGER NOT NULL, PRIMARY KEY (hook, offset)) WITHOUT ROWID;
  CREATE TABLE hook_letters (
    hook TEXT NOT NULL, offset INTEGER NOT NULL, hash TEXT NOT NULL, author TEXT NOT NULL, attempts INTEGER NOT NULL,
    reason TEXT NOT NULL, output TEXT NOT NULL, failed_at INTEGER NOT NULL, PRIMARY KEY (hook, offset)
  ) WITHOUT ROWID;
  CREATE UNIQUE INDEX hook_letters_by_hash ON hook_letters (hook, hash);
`
