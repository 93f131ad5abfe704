// Peers that were met: members that were connected once, so that a later start finds its way back without anybody.

export const MET_PEER_TABLES = `
  -- addresses: multiaddrs, one a line.
  CREATE TABLE met_peers (peer TEXT PRIMARY KEY, addresses TEXT NOT NULL, last_contact INTEGER NOT NULL) WITHOUT ROWID;
`
