// The log from its beginning, and what can still be read of it when pages of the database are damaged.

import type { Entry, Log } from '../log/index.ts'

/** Around a damaged page entries are read one by one, so that those beside it are not lost with it. */
const ONE_BY_ONE = 256

/** Offsets that are passed over at once behind an unreadable one; a page holds some ten of them. */
const PASSED_MAX = 64

/** All entries, in order; the damage is thrown. */
export function entriesOf(log: Pick<Log, 'read'>): AsyncGenerator<Entry[]> {
  return log.read({ after: 0 })
}

/** All entries that can be read. */
export async function* readableEntriesOf(log: Pick<Log, 'read' | 'cursor'>): AsyncGenerator<Entry[]> {
  const end = log.cursor().offset
  let [after, toPass, singles] = [0, 1, 0]
  while (after < end) {
    try {
      const entries = await nextOf(log, after, singles > 0 ? 1 : undefined)
      if (entries.length > 0) yield entries
      after = entries.at(-1)?.offset ?? end
      singles = Math.max(0, singles - 1)
      toPass = 1
    } catch (error) {
      if (!isDamage(error)) throw error
      if (singles > 0) {
        after += toPass
        toPass = Math.min(2 * toPass, PASSED_MAX)
      }
      singles = ONE_BY_ONE
    }
  }
}

async function nextOf(log: Pick<Log, 'read'>, after: number, batchMax: number | undefined): Promise<Entry[]> {
  for await (const entries of log.read({ after, ...(batchMax !== undefined && { batchMax }) })) return entries
  return []
}

function isDamage(error: unknown): boolean {
  return (error as { code?: unknown }).code === 'STORE_DAMAGED'
}
