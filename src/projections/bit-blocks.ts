// Sets of offsets as bits, 32 to a row: which of a hundred thousand messages have no mark is then found in some thousand rows. The marks of an
// inbox lie in blocks of the same length (mail/mailbox.ts). Nothing here has to do with blocked authors.

/** Offsets in one block; a row has one bit for each. */
export const BLOCK_OFFSETS = 32

/** The block of an offset. */
export function blockOf(offset: string): string {
  return `(${offset} >> 5)`
}

/** Its bit there. */
export function bitOf(offset: string): string {
  return `(1 << (${offset} & 31))`
}

/** SQL of the table `<table>_blocks`, in which the offsets of another table stand by one of its columns, whatever becomes of its rows. */
export function blocksOf(table: string, column: string): string {
  const blocks = `${table}_blocks`
  const place = (row: 'NEW' | 'OLD') => `${column} = ${row}.${column} AND block = ${blockOf(`${row}.offset`)}`
  const add = `
    INSERT INTO ${blocks} SELECT NEW.${column}, ${blockOf('NEW.offset')}, ${bitOf('NEW.offset')} WHERE NEW.${column} IS NOT NULL
      ON CONFLICT DO UPDATE SET bits = bits | excluded.bits;`
  const remove = `
    UPDATE ${blocks} SET bits = bits & ~${bitOf('OLD.offset')} WHERE ${place('OLD')};
    DELETE FROM ${blocks} WHERE ${place('OLD')} AND bits = 0;`
  return `
  DROP TABLE IF EXISTS ${blocks};
  CREATE TABLE ${blocks} (${column}, block INTEGER, bits INTEGER NOT NULL, PRIMARY KEY (${column}, block)) WITHOUT ROWID;
  CREATE TRIGGER ${table}_block_added AFTER INSERT ON ${table} BEGIN ${add} END;
  CREATE TRIGGER ${table}_block_removed AFTER DELETE ON ${table} BEGIN ${remove} END;
  CREATE TRIGGER ${table}_block_changed AFTER UPDATE OF ${column} ON ${table} BEGIN ${remove} ${add} END;
  `
}
