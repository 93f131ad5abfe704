// Projections and their cursors moved to a file of their own, where they are folded anew.

export const PROJECTIONS_APART = `
  DROP TABLE cursors;
  DROP TABLE IF EXISTS timeline_places;
  DROP TABLE IF EXISTS timeline_lists;
  DROP TABLE IF EXISTS timeline_feeds;
  DROP TABLE IF EXISTS timeline_withdrawn;
  DROP TABLE IF EXISTS search_messages;
  DROP TABLE IF EXISTS search_index;
  DROP TABLE IF EXISTS search_withdrawn;
`
