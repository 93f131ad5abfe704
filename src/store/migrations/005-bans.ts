// Peers that may not connect until a time, also those whose time is over: their next ban is longer.

export const BAN_TABLES = `
  -- code: the public code of the error for which it was banned. times: bans in a row, this one included.
  CREATE TABLE bans (
    peer TEXT PRIMARY KEY, code TEXT NOT NULL, since INTEGER NOT NULL, until INTEGER NOT NULL, times INTEGER NOT NULL
  ) WITHOUT ROWID;
`
