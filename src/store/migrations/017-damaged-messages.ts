// Messages that a disk has damaged are holes of reason 3, asked for like what is missing. What no hash covers of a message has a sum beside it;
// messages of before have none.

export const DAMAGED_MESSAGES = `
  ALTER TABLE entries ADD COLUMN guard INTEGER;
  DROP INDEX holes_missing;
  CREATE INDEX holes_asked_for ON holes (feed, first) WHERE reason IN (0, 3);
`
