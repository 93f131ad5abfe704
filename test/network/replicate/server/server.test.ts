// The server's state machine, with plain values for everything around it.

import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  ANSWER_MS,
  HANDSHAKE_MS,
  HEADS_PER_FRAME_SENT,
  HELD_NAMES_MAX,
  IDLE_MS,
  PUSHED_TOLD_AFTER_MS,
  QUANTUM_BYTES,
  RANGES_OPEN_MAX,
  RANGES_REFUSED_MAX,
  SCOPE_TOPICS_MAX,
  SERVED_BYTES_BURST,
  TRIE_PREFIXES_MAX,
  TRIE_PREFIXES_PER_FRAME_MAX,
} from '../../../../src/network/replicate/constants.ts'
import { decodeFrame } from '../../../../src/network/replicate/frames/decode-frame.ts'
import { FrameSplitter } from '../../../../src/network/replicate/frames/frame-splitter.ts'
import { namesOf } from '../../../../src/network/replicate/held-names.ts'
import { KnownLists } from '../../../../src/network/replicate/scope.ts'
import { ServedShare } from '../../../../src/network/replicate/server/served-share.ts'
import { Server } from '../../../../src/network/replicate/server/server.ts'
import { identityOf } from '../../../support/open-log.ts'
import { numbered } from '../numbered.ts'
import type { Author } from '../../../../src/feed/index.ts'
import type { Head, MessageEntry, StoreCursor, TaggedPage } from '../../../../src/log/index.ts'
import type { AskedTail, Done, Frame, Messages, Want } from '../../../../src/network/replicate/frames/frames.ts'
import type { ServerStep } from '../../../../src/network/replicate/server/server-steps.ts'

const STORE = '00000000000000aa'
const NOW = 1_000_000
const SALT = 'ffeeddccbbaa9988'
const CURSOR: StoreCursor = { offset: 40, check: '0011223344556677' }
const ROOT = { count: 2, root: new Uint8Array(32).fill(7) }
const [ALICE, BOB] = [identityOf(1).author, identityOf(2).author]

/** A message of which only author, sequence and size matter. */
function entry(author: Author, sequence: number, textBytes = 500): MessageEntry {
  return {
    kind: 'message',
    offset: sequence,
    feed: 1,
    author,
    sequence,
    hash: hashOf(sequence),
    text: `{"author":"${author}","sequence":${sequence},`.padEnd(textBytes, 'x'),
    signature: new Uint8Array(64),
    receivedAt: 0,
    link: 'linked',
    inEffect: true,
    envelope: { author, sequence, previous: null, timestamp: '', content: null },
  }
}

function hashOf(number: number): string {
  return number.toString(16).padStart(16, '0').padEnd(64, '0')
}

/** A server whose questions are answered from a list of messages, one at a time, when the test says so. */
class Rig {
  readonly server: Server
  readonly share = new ServedShare()
  /** Offsets of messages that were sent by gossip. */
  readonly pushed = new Set<number>()
  readonly frames: Frame[] = []
  /** Bytes of each Messages frame. */
  readonly payload: number[] = []
  readonly questions: ServerStep[] = []
  failure: string | undefined
  isFinished = false
  messages: MessageEntry[] = []
  /** Whether a trie is worth it. */
  paysForTrie = false
  /** What is answered to the next questions for tagged messages; then an empty page up to the end. */
  pages: TaggedPage[] = []
  readonly pagesAsked: ServerStep[] = []
  now = NOW

  constructor() {
    this.server = new Server({
      store: STORE,
      peer: 'puller',
      share: this.share,
      isPushed: ({ offset }) => this.pushed.has(offset),
      lists: new KnownLists(),
      isBlocked: () => false,
      tries: { salt: SALT, paysFor: () => this.paysForTrie },
      now: NOW,
    })
  }

  hear(...frames: readonly Frame[]): this {
    for (const frame of frames) this.#note(this.server.step({ type: 'received', frame, bytes: 10 }, this.now))
    return this
  }

  /** Answers the oldest question. */
  answer(): boolean {
    const question = this.questions.shift()
    if (question === undefined) return false
    if (question.type === 'readState') {
      const root = question.withRoot ? ROOT : undefined
      this.#note(
        this.server.step({ type: 'stateRead', cursor: CURSOR, isKnown: question.known !== undefined, root }, this.now),
      )
    } else if (question.type === 'readHeads') {
      this.#note(this.server.step({ type: 'headsRead', heads: [] }, this.now))
    } else if (question.type === 'readRange') {
      this.#note(this.server.step({ type: 'rangeRead', messages: this.#read(question) }, this.now))
    } else if (question.type === 'readFloor') {
      const floor = this.messages.find(({ author }) => author === question.author)?.sequence
      this.#note(this.server.step({ type: 'floorRead', floor }, this.now))
    } else if (question.type === 'readTagged') {
      this.pagesAsked.push(question)
      const page = this.pages.shift() ?? { messages: [], upTo: CURSOR }
      this.#note(this.server.step({ type: 'taggedRead', page }, this.now))
    } else {
      this.questions.push(question)
      return false
    }
    return true
  }

  answerAll(): this {
    while (this.answer());
    return this
  }

  tick(ms: number): this {
    this.now += ms
    this.#note(this.server.step({ type: 'timePassed' }, this.now))
    return this
  }

  tell(step: Parameters<Server['step']>[0]): this {
    this.#note(this.server.step(step, this.now))
    return this
  }

  of<Kind extends Frame['kind']>(kind: Kind) {
    // Filtered by that very kind.
    return this.frames.filter((frame) => frame.kind === kind) as Extract<Frame, { kind: Kind }>[]
  }

  #read({
    author,
    from,
    to,
    bytesMax,
  }: {
    author: Author
    from: number
    to: number
    bytesMax: number
  }): MessageEntry[] {
    const read: MessageEntry[] = []
    let bytes = 0
    for (const message of this.messages) {
      if (message.author !== author || message.sequence < from || message.sequence > to) continue
      if (bytes >= bytesMax && message.sequence !== read.at(-1)?.sequence) break
      read.push(message)
      bytes += message.text.length
    }
    return read
  }

  #note(steps: readonly ServerStep[]): void {
    for (const step of steps) {
      if (step.type === 'fail') this.failure = step.error.code
      else if (step.type === 'finish') this.isFinished = true
      else if (step.type !== 'send') this.questions.push(step)
      else {
        const [frame] = new FrameSplitter().split(step.bytes)
        this.frames.push(decodeFrame(frame?.body ?? new Uint8Array()))
        if (step.kind === 'messages') this.payload.push(step.bytes.length)
      }
    }
  }
}

const HAVE: Frame = { kind: 'have', scope: 'all' }
const want = (fields: Omit<Want, 'kind'>): Want => ({ kind: 'want', ...fields })
const range = (id: number, from: number, to: number, author = ALICE) => ({ id, author, from, to })

/** A rig behind its first telling. */
function greeted(): Rig {
  return new Rig().hear(HAVE).answerAll()
}

function sequencesOf({ items }: Messages): number[] {
  return items.map(({ text }) => Number(/"sequence":(\d+)/.exec(Buffer.from(text).toString())?.[1]))
}

describe('tells', () => {
  const HEAD: Head = { author: ALICE, sequence: 3, hash: 'ab'.repeat(32), floor: 1, arrival: 9, forkedAt: undefined }

  test('its store, cursor and root, and no head to a puller with the same root', () => {
    const rig = new Rig().hear({ ...HAVE, root: { count: 2, root: new Uint8Array(32).fill(7) } }).answerAll()
    expect(rig.frames).toEqual([
      { kind: 'have', store: STORE, cursor: CURSOR, root: { count: 2, root: Buffer.alloc(32, 7) }, heads: [] },
    ])
  })

  test('heads to a puller whose root covers another number of feeds', () => {
    const rig = new Rig().hear({ ...HAVE, root: { ...ROOT, count: 3 } })
    rig.answer()
    expect(rig.questions).toMatchObject([{ type: 'readHeads', arrivedAfter: 0 }])
  })

  test('no head behind a cursor at which nothing has arrived since', () => {
    const rig = new Rig().hear({ ...HAVE, knownStore: STORE, knownCursor: CURSOR }).answerAll()
    expect(rig.of('have')).toMatchObject([{ heads: [] }])
    expect(rig.questions).toEqual([])
  })

  test('heads that arrived behind a known cursor', () => {
    const rig = new Rig().hear({ ...HAVE, knownStore: STORE, knownCursor: { ...CURSOR, offset: 30 } })
    rig.answer()
    expect(rig.questions).toMatchObject([{ type: 'readHeads', arrivedAfter: 30, after: undefined }])
  })

  test('all heads to a puller that knows another store', () => {
    const rig = new Rig().hear({ ...HAVE, knownStore: '00000000000000bb', knownCursor: CURSOR })
    expect(rig.questions).toMatchObject([{ type: 'readState', known: undefined }])
    rig.answer()
    expect(rig.questions).toMatchObject([{ type: 'readHeads', arrivedAfter: 0 }])
  })

  test('a forked head with its fork, and eight bytes of a hash', () => {
    const rig = new Rig().hear(HAVE)
    rig.answer()
    rig.questions.shift()
    rig.tell({
      type: 'headsRead',
      heads: [
        { ...HEAD, forkedAt: 4 },
        { ...HEAD, author: BOB, sequence: 0, hash: undefined },
      ],
    })
    expect(rig.of('have')[0]?.heads).toEqual([
      { author: ALICE, sequence: 3, hash: 'ab'.repeat(8), floor: 1, arrival: 9, forked: true },
      { author: BOB, sequence: 0, hash: undefined, floor: 1, arrival: 9, forked: false },
    ])
  })

  test('heads in frames, each when the puller has taken in the one before', () => {
    const page = (start: number, count: number): Head[] =>
      Array.from({ length: count }, (_, index) => ({ ...HEAD, author: numbered(start + index) }))
    const rig = new Rig().hear(HAVE)
    rig.answer()
    rig.questions.shift()
    rig.tell({ type: 'headsRead', heads: page(0, HEADS_PER_FRAME_SENT) })
    expect(rig.of('have')).toMatchObject([{ store: STORE, more: true }])
    expect(rig.questions).toEqual([])
    rig.hear(want({ more: true }))
    expect(rig.questions).toMatchObject([{ type: 'readHeads', after: numbered(HEADS_PER_FRAME_SENT - 1) }])
    rig.questions.shift()
    rig.tell({ type: 'headsRead', heads: page(HEADS_PER_FRAME_SENT, 5) })
    const [, second] = rig.of('have')
    expect(second?.heads?.length).toBe(5)
    expect(second).not.toHaveProperty('store')
    expect(second?.more).toBeUndefined()
  })
})

describe('tells by its trie', () => {
  const HASHES = Array.from({ length: 16 }, () => '0123456789abcdef')
  const PULLER: Frame = { ...HAVE, takesTrie: true, root: { ...ROOT, count: 3 } }

  /** A rig that was asked by a puller that takes a trie, and has told the top. */
  function told(): Rig {
    const rig = new Rig()
    rig.paysForTrie = true
    rig.hear(PULLER)
    rig.answer()
    expect(rig.questions.shift()).toEqual({ type: 'readTrie', prefixes: [''], isFresh: true })
    return rig.tell({ type: 'trieRead', nodes: [HASHES], heads: [] })
  }

  test('the salt and the top, in place of heads', () => {
    expect(told().of('have')).toMatchObject([{ store: STORE, cursor: CURSOR, salt: SALT, nodes: [HASHES] }])
  })

  test('as much as one frame holds, and the rest when the puller has taken that in', () => {
    const rig = told().hear(want({ prefixes: ['0', '1', '2'] }))
    expect(rig.questions.shift()).toEqual({ type: 'readTrie', prefixes: ['0', '1', '2'], isFresh: false })
    rig.tell({ type: 'trieRead', nodes: [HASHES, []], heads: [] })
    const [, second] = rig.of('have')
    expect(second).toMatchObject({ nodes: [HASHES, []], more: true })
    expect(second).not.toHaveProperty('salt')
    expect(second).not.toHaveProperty('store')
    rig.hear(want({ more: true }))
    expect(rig.questions.shift()).toMatchObject({ type: 'readTrie', prefixes: ['2'] })
  })

  test('not to a puller that does not take it, or says no root, or selects, or for which it does not pay', () => {
    const asks = (have: Frame, paysForTrie = true) => {
      const rig = new Rig()
      rig.paysForTrie = paysForTrie
      rig.hear(have)
      rig.answer()
      return rig.questions[0]?.type
    }
    expect(asks(PULLER)).toBe('readTrie')
    expect(asks(PULLER, false)).toBe('readHeads')
    expect(asks({ ...HAVE, root: { ...ROOT, count: 3 } })).toBe('readHeads')
    expect(asks({ ...HAVE, takesTrie: true })).toBe('readHeads')
    expect(asks({ ...PULLER, scope: { authors: [ALICE], topics: [] } })).toBe('readHeads')
    expect(asks({ ...PULLER, knownStore: STORE, knownCursor: { ...CURSOR, offset: 30 } })).toBe('readHeads')
  })

  test('and refuses prefixes while an answer is under way, on a live stream, and where it told no trie', () => {
    const asked = told().hear(want({ prefixes: ['0'] }))
    expect(asked.hear(want({ prefixes: ['1'] })).failure).toBe('REPLICATE_FRAME_UNEXPECTED')
    const live = told().hear(want({ live: 2 }))
    expect(live.hear(want({ prefixes: ['1'] })).failure).toBe('REPLICATE_FRAME_UNEXPECTED')
    expect(greeted().hear(want({ prefixes: [''] })).failure).toBe('REPLICATE_FRAME_UNEXPECTED')
  })

  test('and refuses more prefixes than a descent takes', () => {
    const rig = told()
    const prefixes = Array.from({ length: TRIE_PREFIXES_PER_FRAME_MAX }, () => '0')
    const nodes = prefixes.map(() => [])
    for (let asked = 1; asked + prefixes.length <= TRIE_PREFIXES_MAX; asked += prefixes.length) {
      rig.hear(want({ prefixes })).tell({ type: 'trieRead', nodes, heads: [] })
    }
    expect(rig.failure).toBeUndefined()
    expect(rig.hear(want({ prefixes })).failure).toBe('REPLICATE_TOO_MANY')
  })

  test('and waits for a puller that compares, not for ever', () => {
    const rig = told()
    expect(rig.tick(IDLE_MS - 1).failure).toBeUndefined()
    rig.hear(want({ prefixes: ['0'] })).tell({ type: 'trieRead', nodes: [[]], heads: [] })
    expect(rig.tick(IDLE_MS - 1).failure).toBeUndefined()
    expect(rig.tick(1).failure).toBe('REPLICATE_TIMEOUT')
  })
})

describe('serves', () => {
  test('ranges in turn, a quantum each', () => {
    const rig = greeted()
    rig.messages = [ALICE, BOB].flatMap((author) =>
      Array.from({ length: 300 }, (_, index) => entry(author, index + 1, 1_000)),
    )
    rig
      .hear(want({ ranges: [range(1, 1, 300), range(2, 1, 300, BOB), range(3, 300, 300)], credit: 2 ** 21 }))
      .answerAll()
    expect(rig.of('messages').map(({ id }) => id)).toEqual([1, 2, 3, 1, 2, 1, 2, 1, 2, 1, 2])
    for (const bytes of rig.payload) expect(bytes).toBeLessThan(QUANTUM_BYTES + 8_000)
    for (const [id, to] of [
      [1, 300],
      [2, 300],
      [3, 300],
    ] as const) {
      const all = rig
        .of('messages')
        .filter((frame) => frame.id === id)
        .flatMap(sequencesOf)
      expect(all.at(-1)).toBe(to)
      expect(all.length).toBe(id === 3 ? 1 : 300)
      expect(rig.of('done').filter((frame) => frame.id === id)).toEqual([
        { kind: 'done', id, upTo: to, code: 'answered' },
      ])
    }
  })

  test('never beyond credit, whatever is asked and granted, and everything in the end', () => {
    const size = fc.oneof(fc.integer({ min: 100, max: 2_000 }), fc.integer({ min: 60_000, max: 131_072 }))
    const grant = fc.integer({ min: 0, max: 300_000 })
    fc.assert(
      fc.property(
        fc.array(size, { minLength: 1, maxLength: 60 }),
        fc.array(grant, { maxLength: 40 }),
        (sizes, grants) => {
          const rig = greeted()
          rig.messages = sizes.map((bytes, index) => entry(ALICE, index + 1, bytes))
          let credit = 0
          rig.hear(want({ ranges: [range(1, 1, sizes.length)] })).answerAll()
          for (const more of [...grants, 20_000_000]) {
            credit += more
            rig.hear(want({ credit: more })).answerAll()
            const sent = rig.payload.reduce((sum, bytes) => sum + bytes, 0)
            expect(sent).toBeLessThanOrEqual(credit)
          }
          expect(rig.of('messages').flatMap(sequencesOf)).toEqual(sizes.map((_, index) => index + 1))
          expect(rig.of('done')).toEqual([{ kind: 'done', id: 1, upTo: sizes.length, code: 'answered' }])
        },
      ),
      { numRuns: 60, seed: 5 },
    )
  })

  test('both messages of a fork, wherever credit ends a frame', () => {
    for (const credit of [700, 1_300, 1_900]) {
      const rig = greeted()
      rig.messages = [1, 2, 2, 3, 3, 3].map((sequence) => entry(ALICE, sequence))
      rig.hear(want({ ranges: [range(1, 1, 3)] }))
      for (let grants = 0; grants < 8; grants++) rig.hear(want({ credit })).answerAll()
      expect(rig.of('messages').flatMap(sequencesOf)).toEqual([1, 2, 2, 3, 3, 3])
      expect(rig.of('done').length).toBe(1)
    }
  })

  test('a Done with the floor when the beginning is not held', () => {
    const rig = greeted()
    rig.messages = [entry(ALICE, 10), entry(ALICE, 11)]
    const ranges = [range(1, 1, 20), range(2, 10, 20), range(3, 12, 20), range(4, 1, 5, BOB)]
    rig.hear(want({ ranges, credit: 10_000 })).answerAll()
    const done = (id: number) => rig.of('done').find((frame) => frame.id === id)
    expect(done(1)).toEqual({ kind: 'done', id: 1, upTo: 20, floor: 10, code: 'answered' })
    expect(done(2)).toEqual({ kind: 'done', id: 2, upTo: 20, code: 'answered' })
    expect(done(3)).toEqual({ kind: 'done', id: 3, upTo: 20, code: 'answered' })
    expect(done(4)).toEqual({ kind: 'done', id: 4, upTo: 5, code: 'answered' })
  })

  test('nothing more of a range that was cancelled, and ends it', () => {
    const rig = greeted()
    rig.messages = Array.from({ length: 500 }, (_, index) => entry(ALICE, index + 1, 1_000))
    rig.hear(want({ ranges: [range(1, 1, 500)], credit: 2 ** 20 }))
    rig.answer()
    const sent = rig.of('messages').flatMap(sequencesOf).length
    rig.hear(want({ cancel: [1, 77] })).answerAll()
    expect(rig.of('done')).toEqual([{ kind: 'done', id: 1, upTo: sent, code: 'answered' }])
    expect(rig.of('messages').flatMap(sequencesOf).length).toBe(sent)
    rig.hear(want({ ranges: [range(2, 400, 500)] })).answerAll()
    expect(rig.of('done').length).toBe(2)
  })

  test('as many ranges as may be open, and refuses to open one more', () => {
    const rig = greeted()
    const ranges = Array.from({ length: RANGES_OPEN_MAX }, (_, index) => range(index + 1, 1, 1))
    rig.hear(want({ ranges }))
    expect(rig.of('done')).toEqual([])
    rig.hear(want({ ranges: [range(RANGES_OPEN_MAX + 1, 5, 9)] }))
    expect(rig.of('done')).toEqual([{ kind: 'done', id: RANGES_OPEN_MAX + 1, upTo: 4, code: 'too_many' }])
  })

  test('nothing more when a puller goes on asking for more than may be open', () => {
    const rig = greeted()
    const ranges = (from: number, count: number) =>
      Array.from({ length: count }, (_, index) => range(from + index, 1, 1))
    rig.hear(want({ ranges: ranges(1, RANGES_OPEN_MAX) }))
    rig.hear(want({ ranges: ranges(RANGES_OPEN_MAX + 1, RANGES_REFUSED_MAX) }))
    expect(rig.of('done').length).toBe(RANGES_REFUSED_MAX)
    expect(rig.failure).toBeUndefined()
    rig.hear(want({ ranges: ranges(RANGES_OPEN_MAX + RANGES_REFUSED_MAX + 1, 1) }))
    expect(rig.failure).toBe('REPLICATE_TOO_MANY')
  })

  test('a puller that has lost count again when a place is free', () => {
    const rig = greeted()
    const ranges = (from: number, count: number) =>
      Array.from({ length: count }, (_, index) => range(from + index, 1, 1))
    let id = 1
    rig.hear(want({ ranges: ranges(id, RANGES_OPEN_MAX) }))
    id += RANGES_OPEN_MAX
    for (let times = 0; times < 2; times++) {
      rig.hear(want({ ranges: ranges(id, RANGES_REFUSED_MAX), cancel: [] }))
      id += RANGES_REFUSED_MAX
      rig.hear(want({ cancel: [times + 1] })).hear(want({ ranges: ranges(id++, 1) }))
    }
    expect(rig.failure).toBeUndefined()
  })

  test('a peer that has had its share later', () => {
    const rig = greeted()
    rig.messages = [entry(ALICE, 1)]
    rig.share.spend(SERVED_BYTES_BURST, NOW)
    rig.hear(want({ ranges: [range(1, 1, 1)], credit: 10_000 })).answerAll()
    const [busy] = rig.of('done') as Done[]
    expect(busy).toMatchObject({ id: 1, upTo: 0, code: 'busy' })
    expect(busy?.retryMs).toBeGreaterThan(0)
    rig.now += busy?.retryMs ?? 0
    rig.hear(want({ ranges: [range(2, 1, 1)] })).answerAll()
    expect(rig.of('messages').length).toBe(1)

    const late = new Rig()
    late.share.spend(SERVED_BYTES_BURST, NOW)
    late.hear(HAVE)
    expect(late.frames).toMatchObject([{ kind: 'done', id: 0, code: 'busy' }])
    expect(late.isFinished).toBe(true)
  })
})

describe('refuses', () => {
  const cases: [string, string, (rig: Rig) => Rig][] = [
    ['a Have without a scope', 'REPLICATE_FRAME_INVALID', () => new Rig().hear({ kind: 'have' })],
    [
      'heads of a puller',
      'REPLICATE_FRAME_INVALID',
      () =>
        new Rig().hear({
          ...HAVE,
          heads: [{ author: ALICE, sequence: 1, hash: undefined, floor: 1, arrival: 1, forked: false }],
        }),
    ],
    ['a second Have', 'REPLICATE_FRAME_UNEXPECTED', (rig) => rig.hear(HAVE)],
    ['a Want before the Have', 'REPLICATE_FRAME_UNEXPECTED', () => new Rig().hear(want({ credit: 1 }))],
    ['Messages', 'REPLICATE_FRAME_UNEXPECTED', (rig) => rig.hear({ kind: 'messages', id: 0, items: [] })],
    ['Done', 'REPLICATE_FRAME_UNEXPECTED', (rig) => rig.hear({ kind: 'done', id: 0, code: 'answered' })],
    [
      'a range id twice',
      'REPLICATE_FRAME_UNEXPECTED',
      (rig) => rig.hear(want({ ranges: [range(5, 1, 1), range(5, 2, 2)] })),
    ],
    [
      'a range id that falls',
      'REPLICATE_FRAME_UNEXPECTED',
      (rig) => rig.hear(want({ ranges: [range(5, 1, 1), range(4, 2, 2)] })),
    ],
    ['more when all is told', 'REPLICATE_FRAME_UNEXPECTED', (rig) => rig.hear(want({ more: true }))],
    ['another live', 'REPLICATE_FRAME_UNEXPECTED', (rig) => rig.hear(want({ live: 1 }), want({ live: 2 }))],
  ]

  test.each(cases)('%s', (_, code, play) => {
    expect(play(greeted()).failure).toBe(code)
  })

  test('nothing of a puller that says live twice', () => {
    expect(greeted().hear(want({ live: 2 }), want({ live: 2 })).failure).toBeUndefined()
  })
})

describe('waits', () => {
  const timeout = 'REPLICATE_TIMEOUT'

  test('10 s for the Have', () => {
    const rig = new Rig()
    expect(rig.server.deadline).toBe(NOW + HANDSHAKE_MS)
    expect(rig.tick(HANDSHAKE_MS - 1).failure).toBeUndefined()
    expect(rig.tick(1).failure).toBe(timeout)
  })

  test('30 s for credit that an open range needs', () => {
    const rig = greeted()
    rig.messages = [entry(ALICE, 1)]
    rig.hear(want({ ranges: [range(1, 1, 1)] }))
    expect(rig.tick(ANSWER_MS - 1).failure).toBeUndefined()
    rig.hear(want({ credit: 1 })).answerAll()
    expect(rig.tick(ANSWER_MS).failure).toBe(timeout)
  })

  test('no longer because frames come that bring no credit', () => {
    const rig = greeted()
    rig.messages = [entry(ALICE, 1)]
    rig.hear(want({ ranges: [range(1, 1, 1)] }))
    rig.tick(ANSWER_MS - 1)
    rig.hear(want({}), want({ cancel: [7] }), want({ ranges: [range(2, 1, 1)] })).answerAll()
    expect(rig.tick(1).failure).toBe(timeout)
  })

  test('30 s from when credit is first needed, however long the stream was silent before', () => {
    const rig = greeted().hear(want({ live: 2 }))
    rig.now += 10 * ANSWER_MS
    rig.tell({ type: 'entriesRead', entries: [entry(BOB, 1)], end: undefined })
    expect(rig.tick(ANSWER_MS - 1).failure).toBeUndefined()
    expect(rig.tick(1).failure).toBe(timeout)
  })

  test('no longer than 60 s when empty frames come', () => {
    const rig = greeted()
    rig.tick(IDLE_MS - 1)
    expect(rig.hear(want({})).tick(1).failure).toBe(timeout)
  })

  test('60 s on a stream on which nothing is asked', () => {
    const rig = greeted()
    expect(rig.tick(IDLE_MS - 1).failure).toBeUndefined()
    expect(rig.tick(1).failure).toBe(timeout)
  })

  test('for ever on a live stream', () => {
    for (const live of [1, 2] as const) {
      const rig = greeted().hear(want({ live, more: live === 1, credit: 1_000 }))
      rig.tell({ type: 'entriesRead', entries: [], end: CURSOR })
      expect(rig.server.deadline).toBe(Number.POSITIVE_INFINITY)
    }
  })

  test('not for the log', () => {
    expect(new Rig().hear(HAVE).server.deadline).toBe(Number.POSITIVE_INFINITY)
    const rig = greeted().hear(want({ ranges: [range(1, 1, 1)], credit: 1_000 }))
    expect(rig.questions.length).toBe(1)
    expect(rig.server.deadline).toBe(Number.POSITIVE_INFINITY)
  })

  test('30 s for credit that a push needs', () => {
    const rig = greeted().hear(want({ live: 2 }))
    rig.tell({ type: 'entriesRead', entries: [entry(BOB, 1)], end: undefined })
    expect(rig.of('messages')).toEqual([])
    expect(rig.tick(ANSWER_MS).failure).toBe(timeout)
  })
})

describe('live', () => {
  test('2 begins where the telling ended, and says so when there is nothing', () => {
    const rig = greeted().hear(want({ live: 2, credit: 10_000 }))
    expect(rig.questions).toEqual([{ type: 'readEntries', after: CURSOR.offset, atOnce: true }])
    rig.questions.shift()
    rig.tell({ type: 'entriesRead', entries: [], end: CURSOR })
    expect(rig.of('done')).toEqual([{ kind: 'done', id: 0, code: 'answered', cursor: CURSOR }])
    expect(rig.questions).toEqual([{ type: 'readEntries', after: CURSOR.offset, atOnce: false }])
  })

  test('2 pushes within credit, and reads on when all is sent', () => {
    const rig = greeted().hear(want({ live: 2, credit: 1_000 }))
    rig.questions.shift()
    const entries = [41, 42, 43].map((offset) => ({ ...entry(BOB, offset), offset }))
    rig.tell({ type: 'entriesRead', entries, end: { offset: 43, check: CURSOR.check } })
    expect(rig.of('messages').flatMap(sequencesOf)).toEqual([41])
    expect(rig.questions).toEqual([])
    rig.hear(want({ credit: 10_000 }))
    expect(rig.of('messages').flatMap(sequencesOf)).toEqual([41, 42, 43])
    expect(rig.of('done').at(-1)?.cursor).toEqual({ offset: 43, check: CURSOR.check })
    expect(rig.questions).toEqual([{ type: 'readEntries', after: 43, atOnce: false }])
  })

  test('waits for a telling that is still under way', () => {
    const rig = new Rig().hear(HAVE, want({ live: 2, credit: 1_000 }))
    expect(rig.questions).toMatchObject([{ type: 'readState' }])
    rig.answer()
    rig.answer()
    expect(rig.questions).toMatchObject([{ type: 'readEntries' }])
  })

  describe('1', () => {
    /** A stream that follows heads; `news` answers its question with one message that came from `from`. */
    function following() {
      const rig = greeted().hear(want({ live: 1, more: true }))
      const news = (offset: number, from?: string) => {
        expect(rig.questions.shift()).toMatchObject({ type: 'readNews' })
        const receivedFrom = from === undefined ? {} : { receivedFrom: from }
        rig.tell({ type: 'newsRead', entries: [{ ...entry(BOB, 1), offset, ...receivedFrom }] })
      }
      return { rig, news }
    }

    const telling = (known: StoreCursor = CURSOR) => ({ type: 'readState', known, withRoot: false })

    test('gathers changes until the puller has taken in the telling before', () => {
      const { rig, news } = following()
      news(41, 'puller')
      expect(rig.questions).toEqual([{ type: 'readNews', after: 41 }])
      news(42, 'another')
      expect(rig.questions).toEqual([telling()])
      rig.questions.shift()
      rig.tell({ type: 'stateRead', cursor: { offset: 42, check: CURSOR.check }, isKnown: true, root: undefined })
      expect(rig.questions).toMatchObject([{ type: 'readHeads', arrivedAfter: CURSOR.offset }])
      rig.answer()
      expect(rig.of('have').length).toBe(2)
      news(43, 'another')
      expect(rig.questions).toEqual([])
      rig.hear(want({ more: true }))
      expect(rig.questions).toMatchObject([{ type: 'readState', known: { offset: 42 } }])
    })

    test('tells of what gossip sent a while later, together with what it sent meanwhile', () => {
      const { rig, news } = following()
      rig.pushed.add(41).add(42)
      news(41)
      expect(rig.server.deadline).toBe(NOW + PUSHED_TOLD_AFTER_MS)
      rig.tick(PUSHED_TOLD_AFTER_MS / 2)
      news(42, 'another')
      rig.tick(PUSHED_TOLD_AFTER_MS / 2 - 1)
      expect(rig.questions).toEqual([{ type: 'readNews', after: 42 }])
      rig.tick(1)
      expect(rig.questions).toContainEqual(telling())
      expect(rig.server.deadline).toBe(Number.POSITIVE_INFINITY)
    })

    test('does not wait with what gossip did not send', () => {
      const { rig, news } = following()
      rig.pushed.add(41)
      news(41)
      expect(rig.questions).toEqual([{ type: 'readNews', after: 41 }])
      news(42)
      expect(rig.questions).toEqual([telling()])
    })

    test('sets no time while the puller has not taken in the telling before', () => {
      const rig = greeted().hear(want({ live: 1 }))
      rig.pushed.add(41)
      rig.questions.shift()
      rig.tell({ type: 'newsRead', entries: [{ ...entry(BOB, 1), offset: 41 }] })
      expect(rig.server.deadline).toBe(Number.POSITIVE_INFINITY)
      rig.tick(PUSHED_TOLD_AFTER_MS)
      expect(rig.questions).toEqual([{ type: 'readNews', after: 41 }])
      rig.hear(want({ more: true }))
      expect(rig.questions).toContainEqual(telling())
    })
  })
})

describe('tails', () => {
  const START = { offset: 0, check: '0000000000000000' }
  const MIDDLE = { offset: 20, check: '8899aabbccddeeff' }
  const SCOPE = { authors: [ALICE], topics: ['ants', 'bees'] }
  const tail = (id: number, ...topics: string[]): AskedTail => ({ id, cursor: START, topics })

  /** Told with two pages to come: the first up to the middle. */
  function toldRig(): Rig {
    const rig = new Rig().hear({ kind: 'have', scope: SCOPE }).answerAll()
    rig.pages = [
      { messages: [entry(BOB, 3), entry(BOB, 5)], upTo: MIDDLE },
      { messages: [entry(BOB, 9)], upTo: CURSOR },
    ]
    return rig
  }

  test('are looked through page by page up to what was told, within credit', () => {
    const rig = toldRig()
    rig.hear({ kind: 'want', tails: [tail(1, 'ants')], credit: 700 }).answerAll()
    expect([rig.of('messages').length, rig.of('done')]).toEqual([1, []])
    rig.hear({ kind: 'want', credit: 100_000 }).answerAll()
    expect(rig.of('messages').map(({ id, items }) => [id, items.length])).toEqual([
      [1, 1],
      [1, 1],
      [1, 1],
    ])
    expect(rig.of('done')).toEqual([{ kind: 'done', id: 1, code: 'answered', cursor: CURSOR }])
    expect(rig.pagesAsked).toEqual([
      { type: 'readTagged', topics: ['ants'], after: START, isOurs: false, upTo: 40, without: [ALICE] },
      { type: 'readTagged', topics: ['ants'], after: MIDDLE, isOurs: true, upTo: 40, without: [ALICE] },
    ])
  })

  test('are put off behind what was looked through, when the peer has had its share', () => {
    const rig = toldRig()
    rig.hear({ kind: 'want', tails: [tail(1, 'ants')], credit: 100_000 })
    rig.share.spend(SERVED_BYTES_BURST, rig.now)
    rig.answerAll()
    expect(rig.of('messages').length).toBe(1)
    expect(rig.of('done')).toMatchObject([{ id: 1, code: 'busy', cursor: MIDDLE, retryMs: expect.any(Number) }])
  })

  test('are refused beyond the limit, each from where it began', () => {
    const rig = toldRig()
    const tails = Array.from({ length: SCOPE_TOPICS_MAX }, (_, at) => tail(at + 1, 'ants'))
    rig.hear({ kind: 'want', tails }, { kind: 'want', tails: [tail(SCOPE_TOPICS_MAX + 1, 'bees')] })
    expect(rig.of('done')).toEqual([{ kind: 'done', id: SCOPE_TOPICS_MAX + 1, code: 'too_many', cursor: START }])
  })

  test('bring nothing that the puller named, not even a frame when nothing is left', () => {
    const rig = toldRig()
    const held = namesOf([3, 9].map((sequence) => entry(BOB, sequence).hash))
    rig.hear({ kind: 'want', tails: [{ ...tail(1, 'ants'), held }], credit: 100_000 }).answerAll()
    expect(rig.of('messages').map(({ items }) => items.length)).toEqual([1])
    expect(rig.of('done')).toEqual([{ kind: 'done', id: 1, code: 'answered', cursor: CURSOR }])
  })

  test('are refused when more is named than the limit, over all that are open', () => {
    const rig = toldRig()
    const names = (count: number) => namesOf(Array.from({ length: count }, (_, at) => hashOf(at)))
    const half = names(HELD_NAMES_MAX / 2)
    const tails = [1, 2].map((id) => ({ ...tail(id, 'ants'), held: half }))
    rig.hear({ kind: 'want', tails }, { kind: 'want', tails: [{ ...tail(3, 'bees'), held: names(1) }] })
    expect(rig.of('done')).toEqual([{ kind: 'done', id: 3, code: 'too_many', cursor: START }])
  })

  test('that are cancelled get their Done, and a page under way goes nowhere', () => {
    const rig = toldRig()
    rig.hear({ kind: 'want', tails: [tail(1, 'ants')], credit: 100_000 })
    rig.hear({ kind: 'want', tails: [tail(2, 'bees')], cancel: [1] }).answerAll()
    expect(rig.of('done').map(({ id }) => id)).toEqual([1, 2])
    expect(rig.of('messages').map(({ id }) => id)).toEqual([2])
  })

  test('keep a stream open that waits for credit, and no longer than patience lasts', () => {
    const rig = toldRig()
    rig.hear({ kind: 'want', tails: [tail(1, 'ants')] }).answerAll()
    rig.tick(ANSWER_MS - 1)
    expect(rig.failure).toBeUndefined()
    rig.tick(1)
    expect(rig.failure).toBe('REPLICATE_TIMEOUT')
  })
})
