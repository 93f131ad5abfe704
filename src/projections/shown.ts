// What every question leaves out: feeds of blocked authors. Their rows stay where they are, so that folds and replays know nothing of
// blocks, a block acts at once, and its end shows everything again.

/** Beside a column `feed`; its parameter is a JSON array of the feeds that are blocked now. */
export const SHOWN = 'feed NOT IN (SELECT value FROM json_each(?))'
