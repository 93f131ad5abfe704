// What a node is doing when it is killed. Each goes on until the node is gone, or it is done.

import { rememberOn } from './memories.ts'
import { importsOf, passingFeed } from './passing.ts'
import type { Victim } from './victim.ts'
import type { Witness } from './witness.ts'

/** What an activity works with. */
export interface Doing {
  victim: Victim
  witness: Witness
  /** Another node that the victim pulls from. */
  source: () => Promise<Victim>
  random: () => number
}

/** An activity in two parts: what must be so before, and what is cut short. */
export interface Activity {
  prepare?(doing: Doing): Promise<void>
  run(doing: Doing): Promise<unknown>
}

const CLIENTS = 3
const MESSAGES = 1_500
const IMPORTED_TOGETHER = 250

export const ACTIVITIES = {
  publish: { run: async () => {} },
  ingest: {
    prepare: async ({ victim, source }) => {
      await victim.post('/v1/peers', { address: (await source()).address })
    },
    run: async ({ source, random }) => importFeed(await source(), random),
  },
  sweep: {
    prepare: async (doing) => {
      await importWitnessed(doing)
    },
    run: ({ victim }) => victim.post('/v1/retention/sweep', {}),
  },
  memories: { run: ({ victim, witness, random }) => rememberOn(victim, witness.memories, random) },
  import: { run: (doing) => importWitnessed(doing) },
  backup: {
    run: async ({ victim, witness }) => {
      const headAtLeast = witness.head
      const { path } = await victim.post<{ path: string }>('/v1/backups', {})
      witness.backups.push({ path, headAtLeast })
    },
  },
} satisfies Record<string, Activity>

/** Several clients publish one message after the other, whatever else goes on. */
export async function publishOn({ victim, witness }: Doing): Promise<void> {
  const client = async (name: number): Promise<never> => {
    for (let count = 0; ; count++) {
      const content = { type: 'insight', title: `client ${name}`, observation: `number ${count}` }
      witness.sawPublished(await victim.post<{ sequence: number; hash: string }>('/v1/publish', { content }))
    }
  }
  await Promise.all(Array.from({ length: CLIENTS }, (_, name) => client(name)))
}

async function importWitnessed({ victim, witness, random }: Doing): Promise<void> {
  for (const { hashes, messages } of importsOf(passingFeed(MESSAGES, random), IMPORTED_TOGETHER)) {
    const { refused } = await victim.post<{ refused: unknown[] }>('/v1/import', { messages })
    if (refused.length > 0) throw new Error(`A good message was refused: ${JSON.stringify(refused)}`)
    for (const hash of hashes) witness.imported.add(hash)
  }
}

async function importFeed(node: Victim, random: () => number): Promise<void> {
  for (const { messages } of importsOf(passingFeed(MESSAGES, random), IMPORTED_TOGETHER)) {
    await node.post('/v1/import', { messages })
  }
}
