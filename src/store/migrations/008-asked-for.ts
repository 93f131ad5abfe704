// What a server was asked for when its store was read to the end: asked for more, it has more to say.

export const ASKED_FOR_COLUMN = `
  -- Heads are compared in full once.
  DELETE FROM pulled;
  ALTER TABLE pulled ADD COLUMN asked TEXT NOT NULL DEFAULT '{}';
`
