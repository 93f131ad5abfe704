// Local records: memories that never leave this machine, and the index of their words.

export const LOCAL_MEMORY_TABLES = `
  -- Numbers are never given twice: whoever noted one finds that memory or none. said: names what it says.
  CREATE TABLE local_memories (
    number INTEGER PRIMARY KEY AUTOINCREMENT, content TEXT NOT NULL, tags TEXT NOT NULL, category TEXT NOT NULL, project TEXT, agent TEXT,
    said BLOB NOT NULL, expires_at INTEGER, created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL
  );
  CREATE INDEX local_memories_by_time ON local_memories (updated_at, number);
  CREATE INDEX local_memories_by_said ON local_memories (said);
  CREATE INDEX local_memories_expiring ON local_memories (expires_at) WHERE expires_at IS NOT NULL;

  CREATE VIRTUAL TABLE local_memory_words USING fts5 (
    title, text, rest, tokenize = 'porter unicode61 remove_diacritics 2'
  );
`
