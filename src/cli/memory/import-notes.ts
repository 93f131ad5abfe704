// Takes notes into the node one after the other; what was taken before changes nothing, and one that is refused keeps no other from it.

import { EgregoreError } from '../../client/index.ts'
import type { NodeClient } from '../client.ts'
import type { Note } from './note.ts'

/** What became of the notes of a source. */
export interface Imported {
  remembered: number
  /** Said the same as a memory that was there. */
  known: number
  refused: { place: string; reason: string }[]
}

/**
 * @param visibility - where they are to live
 * @throws EgregoreError when the node does not answer, or takes nothing at all
 */
export async function importNotes(
  notes: AsyncIterable<Note>,
  node: NodeClient,
  visibility: 'mesh' | 'local',
): Promise<Imported> {
  const imported: Imported = { remembered: 0, known: 0, refused: [] }
  for await (const note of notes) {
    const outcome = 'fault' in note ? note.fault : await remember(note, node, visibility)
    if (outcome === 'remembered' || outcome === 'known') imported[outcome]++
    else imported.refused.push({ place: note.place, reason: outcome })
  }
  return imported
}

async function remember(
  { memory }: Extract<Note, { memory: unknown }>,
  node: NodeClient,
  visibility: 'mesh' | 'local',
): Promise<string> {
  try {
    const { status } = await node.post('/v1/memories', { json: JSON.stringify({ visibility, ...memory }) })
    return status === 200 ? 'known' : 'remembered'
  } catch (error) {
    const isOfThisNote = error instanceof EgregoreError && OF_ONE_NOTE.has(error.status ?? 0)
    if (isOfThisNote) return (error as EgregoreError).message
    throw error
  }
}

/** What is wrong with it, or too large. */
const OF_ONE_NOTE: ReadonlySet<number> = new Set([400, 413, 422])
