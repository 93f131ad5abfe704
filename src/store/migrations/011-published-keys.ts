// What was published under a key of its caller, so that the same again is the same message.

export const PUBLISHED_KEY_TABLES = `
  -- id rises with each: the oldest come first.
  CREATE TABLE published_keys (
    id INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, digest BLOB NOT NULL, hash BLOB NOT NULL, note TEXT NOT NULL, at INTEGER NOT NULL
  );
`
