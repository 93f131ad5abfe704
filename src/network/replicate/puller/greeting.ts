// What a puller says first, and what follows from it: its scope, what it remembers of this server, and where its topics go on. Spec §3.

import { ReplicateError } from '../errors.ts'
import { abridged } from '../scope.ts'
import { START } from './resume.ts'
import type { Root, StoreCursor } from '../../../log/index.ts'
import type { Have, WireScope } from '../frames/frames.ts'
import type { Resumption, TailStart } from './resume.ts'

/** What is known before a stream opens. */
export interface GreetingFacts {
  /** What we want of this server. */
  scope: WireScope
  /** Whether it was told the scope's authors before, so that their hash should do. */
  isListTold: boolean
  /** Where to go on with it. */
  resume: Resumption
  /** Our root over the scope's feeds; left out when heads are to be compared in full, and while anything is missing: equal roots only prove equal heads. */
  root: Root | undefined
  /** Whether feeds may be compared by the server's trie, which proves no more than equal roots do. */
  takesTrie: boolean
}

/** The puller's Have on one stream. */
export class Greeting {
  readonly #facts: GreetingFacts
  #isInFull: boolean

  constructor(facts: GreetingFacts) {
    this.#facts = facts
    this.#isInFull = !facts.isListTold || abridged(facts.scope) === facts.scope
  }

  get frame(): Have {
    const { scope, resume, root, takesTrie } = this.#facts
    const { heads } = resume
    const said = this.#isInFull ? scope : abridged(scope)
    return { kind: 'have', scope: said, knownStore: heads?.store, knownCursor: heads?.cursor, root, takesTrie }
  }

  /**
   * The same again, when the server does not know our list of authors by its hash.
   *
   * @throws ReplicateError `REPLICATE_FRAME_UNEXPECTED` when it was told the list
   */
  inFull(): Have {
    if (this.#isInFull) throw new ReplicateError('REPLICATE_FRAME_UNEXPECTED', 'The scope was said in full.')
    this.#isInFull = true
    return this.frame
  }

  /** Where to look on for our topics: behind the telling before, if there was one on this stream. */
  tailsFrom(store: string, toldBefore: StoreCursor | undefined): TailStart[] {
    const { scope, resume } = this.#facts
    const topics = scope === 'all' ? [] : scope.topics
    if (topics.length === 0) return []
    if (toldBefore !== undefined) return [{ cursor: toldBefore, topics }]
    return resume.store === store ? resume.tails : [{ cursor: START, topics }]
  }
}
