// Looks for memories that say nearly what another one says, in the mesh and on this machine, while that one is written.

import { SIMILAR_COMPARED_MAX, SIMILAR_TOLD_MAX } from './constants.ts'
import { localId } from './memory-id.ts'
import { isSimilar, likeness, sharingTellingWords, wordsOf } from './similar.ts'
import type { Projections } from '../projections/index.ts'
import type { LocalMemoryStore } from './local-memory.ts'
import type { Similar } from './memory.ts'

export interface SimilarMemoriesComponents {
  projections: Pick<Projections, 'search'>
  local: LocalMemoryStore
  /** Milliseconds since 1970. */
  clock: () => number
}

type Content = Readonly<Record<string, unknown>>

/** Those in force, of all authors. */
export class SimilarMemories {
  readonly #components: SimilarMemoriesComponents

  constructor(components: SimilarMemoriesComponents) {
    this.#components = components
  }

  /** The few that are most alike, best first. */
  async to({ title, content }: Content): Promise<Similar[]> {
    const words = wordsOf(title, content)
    const match = sharingTellingWords(words)
    if (match === undefined) return []
    const [mesh, local] = await Promise.all([this.#inMesh(match), this.#onThisMachine(match)])
    const compared = [...mesh, ...local].map(({ id, content }) => {
      const score = likeness(words, wordsOf(content.title, content.content ?? content.body))
      return {
        id,
        score: Math.round(score * 100) / 100,
        ...(typeof content.title === 'string' && { title: content.title }),
      }
    })
    const similar = compared.filter(({ score }) => isSimilar(score))
    return similar.sort((one, other) => other.score - one.score).slice(0, SIMILAR_TOLD_MAX)
  }

  async #inMesh(match: string): Promise<{ id: string; content: Content }[]> {
    const query = { text: match, fts5: true, contentTypes: ['memory'], limit: SIMILAR_COMPARED_MAX, offset: 0 }
    const { hits } = await this.#components.projections.search(query)
    // As: what has a type is an object.
    return hits.map(({ message }) => ({ id: message.hash, content: message.envelope.content as Content }))
  }

  async #onThisMachine(match: string): Promise<{ id: string; content: Content }[]> {
    const { local, clock } = this.#components
    const hits = await local.search(match, { now: clock() }, SIMILAR_COMPARED_MAX)
    // As: it was written from a draft.
    return hits.map(({ memory }) => ({ id: localId(memory.number), content: JSON.parse(memory.content) as Content }))
  }
}
