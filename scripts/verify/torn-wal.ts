// A WAL that is cut off, holed or scribbled on, as a bad disk leaves it: the database opens, and the chain in it is a whole prefix.

import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createIdentity } from '../../src/feed/index.ts'
import { openDatabase } from '../../src/store/index.ts'
import { faultsInLog } from '../kill-nine/log-faults.ts'
import { Witness } from '../kill-nine/witness.ts'
import { Chance } from './chance.ts'
import { logOn } from './open-log.ts'
import { Counts } from './suite.ts'
import type { Author } from '../../src/feed/index.ts'
import type { Suite } from './suite.ts'

const MESSAGES = 120
const NOW = Date.UTC(2026, 0, 1)

export const tornWal: Suite = {
  name: 'torn-wal',
  of: 'torn WALs',
  law: 'it opens, and what it holds is a whole prefix of the chain',
  sizes: { tests: 30, long: 5_000 },
  run: async (size, seed, reached) => {
    const chance = new Chance(seed)
    const directory = mkdtempSync(join(tmpdir(), 'egregore-torn-wal-'))
    try {
      const whole = await killedDatabase(join(directory, 'whole.db'))
      const counts = new Counts()
      let [least, most] = [MESSAGES, 0]
      for (let done = 0; done < size; done++) {
        const held = await heldAfter(whole, join(directory, `torn-${done % 8}.db`), chance, counts)
        least = Math.min(least, held)
        most = Math.max(most, held)
        reached(done)
      }
      return `${counts.text}; of ${MESSAGES} messages ${least} to ${most} were held`
    } finally {
      rmSync(directory, { recursive: true, force: true })
    }
  },
}

interface Killed {
  path: string
  author: Author
  wal: Buffer
}

/** A database with its WAL, as a process leaves them that is killed. */
async function killedDatabase(path: string): Promise<Killed> {
  const identity = createIdentity(new Uint8Array(32).fill(3))
  const alive = `${path}.alive`
  const database = openDatabase(alive)
  database.pragma('wal_checkpoint(TRUNCATE)')
  const log = logOn(database, identity, NOW)
  for (let at = 0; at < MESSAGES; at++) await log.publish({ content: { type: 'insight', title: `number ${at}` } })
  copyFileSync(alive, path)
  const wal = readFileSync(`${alive}-wal`)
  database.close()
  return { path, author: identity.author, wal }
}

/** How many messages a torn copy holds. */
async function heldAfter({ path, author, wal }: Killed, copy: string, chance: Chance, counts: Counts): Promise<number> {
  for (const end of ['', '-wal', '-shm']) rmSync(copy + end, { force: true })
  copyFileSync(path, copy)
  const { how, torn } = tear(wal, chance)
  writeFileSync(`${copy}-wal`, torn)
  const database = openDatabase(copy)
  try {
    const faults = await faultsInLog(database, author, new Witness())
    if (faults.length > 0) throw new Error(`${how}: ${faults.join('; ')}`)
    counts.add(how)
    return database.prepare('SELECT count(*) FROM entries').pluck().get() as number
  } finally {
    database.close()
  }
}

function tear(wal: Buffer, chance: Chance): { how: string; torn: Buffer } {
  const torn = Buffer.from(wal)
  const [at, length] = [chance.below(wal.length), 1 + chance.below(8_192)]
  switch (chance.below(4)) {
    case 0:
      return { how: 'cut off', torn: torn.subarray(0, at) }
    case 1:
      return { how: 'holed', torn: torn.fill(0, at, Math.min(at + length, torn.length)) }
    case 2:
      torn.set(chance.bytes(Math.min(length, wal.length - at)), at)
      return { how: 'scribbled on', torn }
    default:
      torn[at] = (torn[at] ?? 0) ^ (1 << chance.below(8))
      return { how: 'a bit flipped', torn }
  }
}
