// Local records: marks of the inbox lie where their messages lie, and go with them. Beside each mark stands a bit of its block, so that
// whoever looks for what is not marked passes over 32 messages at a time.

export const MARKS_BY_OFFSET = `
  ALTER TABLE inbox_marks RENAME TO inbox_marks_by_hash;
  CREATE TABLE inbox_marks (offset INTEGER PRIMARY KEY, read_at INTEGER, acknowledged_at INTEGER);
  INSERT INTO inbox_marks
    SELECT entries.offset, read_at, acknowledged_at FROM inbox_marks_by_hash AS old JOIN entries ON entries.hash = old.hash AND kind = 0;
  DROP TABLE inbox_marks_by_hash;

  -- Of the message at an offset: bit (offset & 31) of the row (offset >> 5).
  CREATE TABLE inbox_blocks (block INTEGER PRIMARY KEY, read INTEGER NOT NULL, acknowledged INTEGER NOT NULL);
  INSERT INTO inbox_blocks
    SELECT offset >> 5, sum((read_at IS NOT NULL) << (offset & 31)), sum((acknowledged_at IS NOT NULL) << (offset & 31))
    FROM inbox_marks GROUP BY offset >> 5;

  CREATE TRIGGER inbox_marks_added AFTER INSERT ON inbox_marks BEGIN
    INSERT INTO inbox_blocks VALUES (
      NEW.offset >> 5, (NEW.read_at IS NOT NULL) << (NEW.offset & 31), (NEW.acknowledged_at IS NOT NULL) << (NEW.offset & 31)
    ) ON CONFLICT DO UPDATE SET read = read | excluded.read, acknowledged = acknowledged | excluded.acknowledged;
  END;
  CREATE TRIGGER inbox_marks_changed AFTER UPDATE ON inbox_marks BEGIN
    UPDATE inbox_blocks SET read = read | ((NEW.read_at IS NOT NULL) << (NEW.offset & 31)),
      acknowledged = acknowledged | ((NEW.acknowledged_at IS NOT NULL) << (NEW.offset & 31))
      WHERE block = NEW.offset >> 5;
  END;
  CREATE TRIGGER inbox_marks_removed AFTER DELETE ON inbox_marks BEGIN
    UPDATE inbox_blocks SET read = read & ~(1 << (OLD.offset & 31)), acknowledged = acknowledged & ~(1 << (OLD.offset & 31))
      WHERE block = OLD.offset >> 5;
    DELETE FROM inbox_blocks WHERE block = OLD.offset >> 5 AND read = 0 AND acknowledged = 0;
  END;

  -- Whoever removes a message: what is known of it here goes in the same transaction.
  CREATE TRIGGER inbox_marks_go AFTER DELETE ON entries WHEN OLD.kind = 0 BEGIN
    DELETE FROM inbox_marks WHERE offset = OLD.offset;
  END;
`
