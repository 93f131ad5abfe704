import { createHash } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { areNames, heldNames, isNamed, namesOf } from '../../../src/network/replicate/held-names.ts'
import { chainOf, itemOf } from '../../support/feeds.ts'
import { identityOf, openLog } from '../../support/open-log.ts'
import type { Draft } from '../../../src/feed/index.ts'

const hashes = Array.from({ length: 1_000 }, (_, index) => createHash('sha256').update(`${index}`).digest('hex'))

describe('names', () => {
  test('are in rising order, and tell what was named from what was not', () => {
    const names = namesOf(hashes.slice(0, 500)) ?? expect.fail()
    expect(names.length).toBe(8 * 500)
    expect(areNames(names)).toBe(true)
    expect(hashes.filter((hash) => isNamed(names, hash))).toEqual(hashes.slice(0, 500))
  })

  test('of one message, at both ends of the order', () => {
    for (const hash of ['0'.repeat(64), 'f'.repeat(64)]) {
      const names = namesOf([hash]) ?? expect.fail()
      expect([isNamed(names, hash), isNamed(names, hashes[0] ?? '')]).toEqual([true, false])
    }
    expect(namesOf([])).toBeUndefined()
  })

  test('are said once, though two messages can have the same', () => {
    const [one, other] = [`${'ab'.repeat(8)}${'0'.repeat(48)}`, `${'ab'.repeat(8)}${'1'.repeat(48)}`]
    expect(namesOf([one, other])).toEqual(Buffer.from('ab'.repeat(8), 'hex'))
  })

  test('are none when they are out of order, double, or cut', () => {
    const [first, second] = ['0000000000000001', '0000000000000002']
    const bytes = (...parts: string[]) => Buffer.from(parts.join(''), 'hex')
    expect(areNames(bytes(first, second))).toBe(true)
    for (const wrong of [bytes(second, first), bytes(first, first), bytes(first, '00')]) {
      expect(areNames(wrong)).toBe(false)
    }
  })
})

test('what is held of some topics is named, but nothing of authors whose feeds are wanted whole', async () => {
  const { log } = openLog()
  const draft = (tags: string[]): Draft => ({ content: 'something', tags })
  const alice = chainOf(identityOf(11), [['ants'], ['bees'], ['cats'], []].map(draft))
  const bob = chainOf(identityOf(12), [['ants']].map(draft))
  await log.ingest([...alice, ...bob].map(itemOf), 'somebody')
  const [ants, bees] = alice
  const named = await heldNames(log, ['ants', 'bees'])
  expect(named).toEqual(namesOf([ants, bees, ...bob].flatMap((message) => message?.hash ?? [])))
  log.selection.follow(identityOf(12).author)
  log.selection.addTopic('ants')
  expect(await heldNames(log, ['ants'])).toEqual(namesOf([ants?.hash ?? '']))
  expect(await heldNames(log, ['dogs'])).toBeUndefined()
})
