// What an agent does with memories and its inbox, and what must be so of it after its node was killed: what was kept on this machine alone is
// kept, what was forgotten is nowhere, and what was read is marked.

import { existsSync } from 'node:fs'
import { createIdentity, formatTimestamp, sealMessage, signedText } from '../../src/feed/index.ts'
import type { FeedHead } from '../../src/feed/index.ts'
import type { Connection } from '../../src/store/index.ts'
import type { Victim } from './victim.ts'

const LETTERS = 20

/** Acknowledged over the whole life of one data directory. */
export class WitnessedMemories {
  /** Text of memories that are on this machine alone. */
  readonly kept = new Set<string>()
  /** Text of memories that were forgotten, of the mesh or of this machine. */
  readonly forgotten = new Set<string>()
  /** Hashes of messages that were marked as read. */
  readonly read = new Set<string>()
}

/** Remembers and forgets, here and in the mesh, and reads what came, all at once until the node is gone. */
export async function rememberOn(victim: Victim, witness: WitnessedMemories, random: () => number): Promise<void> {
  const word = (of: string) => `${of}${Math.floor(random() * 1e12)}`
  const keepOn = async (): Promise<never> => {
    for (;;) {
      const content = word('kept')
      await victim.post('/v1/memories', { content, visibility: 'local' })
      witness.kept.add(content)
    }
  }
  const forgetOn = async (visibility: 'local' | 'mesh'): Promise<never> => {
    for (;;) {
      const content = word('forgotten')
      const { id, hash } = await victim.post<Remembered>('/v1/memories', { content, visibility })
      await victim.delete(`/v1/memories/${id ?? hash}`)
      witness.forgotten.add(content)
    }
  }
  await Promise.all([keepOn(), forgetOn('local'), forgetOn('mesh'), readLetters(victim, witness, random)])
}

/** One of the mesh has a hash, one of this machine an id. */
interface Remembered {
  hash?: string
  id?: string
}

/** Messages to the victim come, and it reads them. */
async function readLetters(victim: Victim, witness: WitnessedMemories, random: () => number): Promise<void> {
  const identity = createIdentity(Uint8Array.from({ length: 32 }, () => Math.floor(random() * 256)))
  let head: FeedHead = { sequence: 0, hash: undefined }
  const letters = Array.from({ length: LETTERS }, (_, index) => {
    const content = { type: 'message', text: `letter ${index}`, to: [victim.author] }
    const letter = sealMessage({ content }, head, formatTimestamp(Date.UTC(2026, 0, 1) + index), identity)
    head = letter
    return letter
  })
  await victim.post('/v1/import', { messages: letters.map(signedText) })
  for (const { hash } of letters) {
    await victim.post('/v1/inbox/read', { hashes: [hash] })
    witness.read.add(hash)
  }
}

/** One sentence for each thing that should not be. */
export function faultsInMemories(database: Connection, projections: string, witness: WitnessedMemories): string[] {
  const has = (sql: string) => {
    const statement = database.prepare(sql).pluck()
    return (text: string) => statement.get(text) === 1
  }
  const isKept = has('SELECT EXISTS (SELECT 1 FROM local_memories WHERE instr(content, ?) > 0)')
  const isFound = has('SELECT EXISTS (SELECT 1 FROM local_memory_words WHERE local_memory_words MATCH ?)')
  const isSigned = has('SELECT EXISTS (SELECT 1 FROM entries WHERE instr(text, ?) > 0)')
  const isRead = has(
    'SELECT EXISTS (SELECT 1 FROM inbox_marks JOIN entries USING (offset) WHERE hex(hash) = upper(?) AND read_at IS NOT NULL)',
  )
  const isFolded = existsSync(projections) ? foldedIn(database, projections) : () => false
  const faults: string[] = []
  const say = (texts: Iterable<string>, isFault: (text: string) => boolean, what: string) => {
    const found = [...texts].filter(isFault)
    if (found.length > 0) faults.push(`${found.length} ${what}, ${found[0]} first`)
  }
  say(witness.kept, (text) => !isKept(text) || !isFound(text), 'memories of this machine are gone')
  say(witness.forgotten, (text) => isKept(text) || isFound(text) || isSigned(text), 'forgotten memories are there')
  say(witness.forgotten, isFolded, 'forgotten memories are found by search')
  say(witness.read, (hash) => !isRead(hash), 'marks of what was read are gone')
  return faults
}

/** Asked when the projections have come to the end of the log. */
function foldedIn(database: Connection, projections: string): (text: string) => boolean {
  database.prepare('ATTACH ? AS folded').run(projections)
  const words = database.prepare('SELECT EXISTS (SELECT 1 FROM folded.search_index WHERE search_index MATCH ?)').pluck()
  return (text) => words.get(text) === 1
}
