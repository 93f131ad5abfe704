// Every vector of protocols/presence/1, and what they cannot say because it depends on time.

import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { vectorFile } from '../../../scripts/make-presence-vectors.ts'
import { Heard } from '../../../src/network/presence/heard.ts'
import { OwnStatements } from '../../../src/network/presence/own.ts'
import { encodeBeat } from '../../../src/network/presence/payload.ts'
import { PresenceValidator } from '../../../src/network/presence/validator.ts'
import { identityOf, TEST_NOW } from '../../support/open-log.ts'
import type { Author } from '../../../src/feed/index.ts'
import type { Beat } from '../../../src/network/presence/payload.ts'

interface Vector {
  name: string
  payloads: { payload: string; times?: number; expect: 'accept' | object; means?: object }[]
}

const text = readFileSync(new URL('../../../protocols/presence/1/vectors/presence.json', import.meta.url), 'utf8')
const { author, self, discriminator, now, vectors } = JSON.parse(text) as {
  author: Author
  self: Author
  discriminator: string
  now: number
  vectors: Vector[]
}

const alice = identityOf(1)

function opened({ blocked = [] as Author[] } = {}) {
  const clock = { now: TEST_NOW }
  const heard = new Heard()
  const isBlocked = (one: Author) => blocked.includes(one)
  const validator = new PresenceValidator({ self, discriminator, heard, isBlocked, clock: () => clock.now })
  const beat = (change: Partial<Beat> = {}, by = alice) =>
    encodeBeat({ time: clock.now, node: { status: 'online' }, agents: new Map(), ...change }, by, discriminator)
  const present = () => heard.present(clock.now).map((one) => one.author)
  return { clock, heard, validator, beat, present }
}

test('the vectors are what the script makes', () => {
  expect(text).toBe(vectorFile)
})

describe('protocols/presence/1', () => {
  test.each(vectors)('$name', async ({ payloads }) => {
    const { clock, heard, validator } = opened()
    clock.now = now
    for (const { payload, times = 1, expect: expected, means } of payloads) {
      for (let time = 0; time < times; time++) {
        const verdict = await validator.judge(Buffer.from(payload, 'hex'), 'a peer')
        expect('accept' in verdict ? 'accept' : verdict).toEqual(expected)
      }
      if (means === undefined) continue
      const [found] = heard.present(now)
      const leaves = !('node' in means)
      expect(found && { time: found.time, node: found.node, agents: Object.fromEntries(found.agents) }).toEqual(
        leaves ? undefined : means,
      )
    }
  })
})

test('who was not heard of for 90 seconds is not there', async () => {
  const { clock, validator, beat, present } = opened()
  await validator.judge(beat(), 'a peer')
  clock.now += 89_999
  expect(present()).toEqual([author])
  clock.now += 1
  expect(present()).toEqual([])
  expect(await validator.judge(beat(), 'a peer')).toEqual({ accept: author })
  expect(present()).toEqual([author])
})

test('a beat from a clock that is ten minutes ahead cannot be played again until it is too old', async () => {
  const { clock, validator, beat, present } = opened()
  const ahead = beat({ time: TEST_NOW + 600_000 })
  expect(await validator.judge(ahead, 'a peer')).toEqual({ accept: author })
  for (const [passed, ignore] of [
    [100_000, 'known'],
    [1_199_999, 'known'],
    [1_200_001, 'time'],
  ] as const) {
    clock.now = TEST_NOW + passed
    expect(await validator.judge(ahead, 'a peer')).toEqual({ ignore })
    expect(present()).toEqual([])
  }
})

test('a blocked author is not heard', async () => {
  const { validator, beat } = opened({ blocked: [author] })
  expect(await validator.judge(beat(), 'a peer')).toEqual({ ignore: 'blocked' })
})

test('of two beats that come at once the later counts, whichever is verified first', async () => {
  const { validator, beat, heard } = opened()
  const [one, two] = [beat({ time: TEST_NOW + 1 }), beat({ time: TEST_NOW + 2 })]
  await Promise.all([validator.judge(two, 'a peer'), validator.judge(one, 'a peer')])
  expect(heard.lastOf(author)).toBe(TEST_NOW + 2)
})

test('4,096 authors are remembered; those heard of longest ago make room', () => {
  const heard = new Heard()
  const beat: Beat = { time: 1, node: { status: 'online' }, agents: new Map() }
  for (let index = 0; index <= 4_096; index++) heard.add(`@${index}.ed25519`, beat, TEST_NOW + (index === 0 ? 0 : 1))
  expect(heard.present(TEST_NOW + 1)).toHaveLength(4_096)
  expect(heard.lastOf('@0.ed25519')).toBe(0)
})

test('whatever bit of a beat is wrong, it is not accepted', async () => {
  const { clock, validator, beat, present } = opened()
  const whole = beat()
  await fc.assert(
    fc.asyncProperty(fc.nat({ max: whole.length * 8 - 1 }), async (bit) => {
      const damaged = Uint8Array.from(whole)
      damaged[bit >> 3] = (whole[bit >> 3] ?? 0) ^ (1 << (bit & 7))
      clock.now += 1_000
      expect(await validator.judge(damaged, 'a peer')).not.toHaveProperty('accept')
      expect(present()).toEqual([])
    }),
    { seed: 1, numRuns: 300 },
  )
})

describe('what we say ourselves', () => {
  test('holds for as long as it was said for; a node that says nothing is online', () => {
    const own = new OwnStatements()
    own.say(undefined, { status: 'away' }, 1_000)
    own.say('claude', { status: 'working' }, 2_000)
    expect(own.at(999)).toEqual({ node: { status: 'away' }, agents: new Map([['claude', { status: 'working' }]]) })
    expect(own.at(1_000)).toEqual({ node: { status: 'online' }, agents: new Map([['claude', { status: 'working' }]]) })
    expect(own.at(2_000).agents.size).toBe(0)
  })

  test('has a later time each, also when the clock was set back', () => {
    const own = new OwnStatements()
    expect([own.beat(5).time, own.beat(5).time, own.beat(1).time, own.farewell(9).time]).toEqual([5, 6, 7, 9])
  })

  test('is of 16 agents at most: who spoke longest ago makes room', () => {
    const own = new OwnStatements()
    own.say(undefined, { status: 'idle' }, 9)
    for (let index = 0; index < 17; index++) own.say(`agent ${index}`, { status: 'idle' }, 9)
    const { node, agents } = own.at(0)
    expect(node.status).toBe('idle')
    expect([agents.size, agents.has('agent 0'), agents.has('agent 16')]).toEqual([16, false, true])
  })
})
