// SQL functions of our own, for both kinds of reader.

import { createHash, type Hash } from 'node:crypto'
import type { Connection } from './database.ts'

/** protocols/replicate/1, "Root": author 32 ‖ sequence 8, big-endian ‖ head hash 32 ‖ forked 1. */
const ROOT_RECORD_BYTES = 73

interface RootSum {
  hash: Hash
  record: Buffer
}

/** Registers `feed_root(key, head, head_hash, forked)`: SHA-256 over the records of the rows in the order they come. */
export function registerFunctions(database: Connection): void {
  database.aggregate<RootSum>('feed_root', {
    deterministic: true,
    start: () => ({ hash: createHash('sha256'), record: Buffer.alloc(ROOT_RECORD_BYTES) }),
    step: addFeed as unknown as (sum: RootSum) => RootSum, // The typings know aggregates of one argument only.
    result: ({ hash }) => hash.digest(),
  })
}

function addFeed(sum: RootSum, key: Buffer, head: number, headHash: Buffer | null, forked: number): RootSum {
  const { hash, record } = sum
  record.fill(0)
  key.copy(record, 0)
  record.writeBigUInt64BE(BigInt(head), 32)
  headHash?.copy(record, 40)
  record[72] = forked
  hash.update(record)
  return sum
}
