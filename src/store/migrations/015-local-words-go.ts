// Words of local memories that were forgotten leave the index at once, not when its parts are merged one day; those of earlier ones by a rebuild.

export const LOCAL_WORDS_GO = `
  INSERT INTO local_memory_words (local_memory_words, rank) VALUES ('secure-delete', 1);
  INSERT INTO local_memory_words (local_memory_words) VALUES ('rebuild');
`
