import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { GATES_INBOUND_MAX, GATES_PER_SOURCE_MAX } from '../../../src/network/capability/constants.ts'
import { Gates } from '../../../src/network/capability/gates.ts'

describe('places', () => {
  test('a source has four, and the fifth is refused', () => {
    const gates = new Gates()
    const entered = Array.from({ length: 5 }, () => gates.enterInbound('cb007101'))
    expect(entered).toEqual([true, true, true, true, false])
    expect(GATES_PER_SOURCE_MAX).toBe(4)
  })

  test('there are sixty-four in all, for whoever has no source too', () => {
    const gates = new Gates()
    for (let place = 0; place < GATES_INBOUND_MAX; place++) expect(gates.enterInbound(undefined)).toBe(true)
    expect(gates.enterInbound(undefined)).toBe(false)
    expect(gates.enterInbound('cb007101')).toBe(false)
    expect(gates.inProgress()).toEqual({ inbound: 64, outbound: 0 })
  })

  test('what is given back can be taken again', () => {
    const gates = new Gates({ inboundMax: 1, perSourceMax: 1 })
    expect(gates.enterInbound('a')).toBe(true)
    expect(gates.enterInbound('a')).toBe(false)
    gates.leaveInbound('a')
    expect(gates.enterInbound('a')).toBe(true)
  })

  test('no source ever holds more than its share, and all that is taken comes back', () => {
    const sources = fc.constantFrom('a', 'b', 'c', undefined)
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.boolean(), sources)), (steps) => {
        const gates = new Gates({ inboundMax: 5, perSourceMax: 2 })
        const held: (string | undefined)[] = []
        for (const [isEntering, source] of steps) {
          const at = held.indexOf(source)
          if (isEntering && gates.enterInbound(source)) held.push(source)
          else if (!isEntering && at >= 0) gates.leaveInbound(held.splice(at, 1)[0])
          expect(gates.inProgress().inbound).toBe(held.length)
          expect(held.length).toBeLessThanOrEqual(5)
          for (const name of ['a', 'b', 'c']) expect(held.filter((one) => one === name).length).toBeLessThanOrEqual(2)
        }
        for (const source of held) gates.leaveInbound(source)
        expect(gates.inProgress().inbound).toBe(0)
        for (const name of ['a', 'a', 'b', 'b', 'c']) expect(gates.enterInbound(name)).toBe(true)
      }),
      { seed: 7, numRuns: 200 },
    )
  })
})

test('counts name every cause, and start at nothing', () => {
  const gates = new Gates()
  gates.countRefusal('CAPABILITY_WRONG_KEY')
  gates.countRefusal('CAPABILITY_WRONG_KEY')
  gates.countRefusal('CAPABILITY_IDENTITY_MISMATCH')
  expect(gates.counts()).toEqual({
    wrong_key: 2,
    unanswered: 0,
    identity_mismatch: 1,
    timeout: 0,
    garbage: 0,
    busy: 0,
    closed: 0,
  })
})
