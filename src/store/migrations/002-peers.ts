// Peers: the addresses that were added through the API, and how far each server's store was read.

export const PEER_TABLES = `
  CREATE TABLE peers (address TEXT PRIMARY KEY, added_at INTEGER NOT NULL) WITHOUT ROWID;

  -- Which store a peer had when we last read it to the end, and up to which of its offsets.
  CREATE TABLE pulled (peer TEXT PRIMARY KEY, store BLOB NOT NULL, cursor INTEGER NOT NULL, check_hash BLOB NOT NULL) WITHOUT ROWID;

  -- All that is missing of a feed was asked of this peer when it had this store and the feed's last arrival there was this offset.
  CREATE TABLE asked (
    peer TEXT NOT NULL, key BLOB NOT NULL, store BLOB NOT NULL, arrival INTEGER NOT NULL,
    PRIMARY KEY (peer, key)
  ) WITHOUT ROWID;
`
