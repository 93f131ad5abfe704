import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { verdictsOn } from '../../../src/projections/things/verdicts.ts'
import type { Said, Verdict } from '../../../src/projections/things/verdicts.ts'

interface Named {
  as: string
  author?: string
  type?: string
  sequence?: number
  edits?: string
  retracts?: string | null
  erases?: string
}

interface Vector {
  name: string
  messages: Named[]
  expect: Record<string, string>
}

const file = new URL('../../../protocols/content/effects.json', import.meta.url)
const { vectors } = JSON.parse(readFileSync(file, 'utf8')) as { vectors: Vector[] }

function saidOf({ as, type = 'memory', sequence = 0, edits, retracts, erases }: Named, place: number): Said {
  const said = { hash: as, sequence: sequence || place + 1 }
  if (edits !== undefined) return { ...said, type, claim: { does: 'edit', target: edits } }
  if (erases !== undefined) return { ...said, type: 'retract', claim: { does: 'erase', target: erases } }
  if (retracts === undefined) return { ...said, type, claim: undefined }
  return { ...said, type: 'retract', claim: { does: 'retract', target: retracts ?? undefined } }
}

/** Each author's messages are judged by themselves. */
function verdictsOf(messages: readonly (Named & { said: Said })[]): Map<string, Verdict> {
  const authorOf = new Map(messages.map(({ as, author = 'A' }) => [as, author]))
  const byAuthor = Map.groupBy(messages, ({ author = 'A' }) => author)
  return new Map(
    [...byAuthor].flatMap(([author, own]) => [
      ...verdictsOn(
        own.map(({ said }) => said),
        (hash) => authorOf.has(hash) && authorOf.get(hash) !== author,
      ),
    ]),
  )
}

describe('protocols/content/effects', () => {
  test.each(vectors.map((vector) => [vector.name, vector] as const))('%s', (_, { messages, expect: expected }) => {
    const named = messages.map((message, place) => ({ ...message, said: saidOf(message, place) }))
    const orders = fc.shuffledSubarray(named, { minLength: named.length })
    fc.assert(
      fc.property(orders, (ordered) => {
        const states = [...verdictsOf(ordered)].map(([hash, { state, misfit }]) => [
          hash,
          misfit === undefined || state === 'erased' ? state : `${state}: ${misfit}`,
        ])
        expect(Object.fromEntries(states)).toEqual(expected)
      }),
      { seed: 1, numRuns: 20 },
    )
  })
})

test('the root is where following the targets ends', () => {
  const said = [{ as: 'x' }, { as: 'e', edits: 'x' }, { as: 'r', retracts: 'e' }, { as: 'f', edits: 'gone' }].map(
    saidOf,
  )
  const roots = [...verdictsOn(said, () => false)].map(([hash, { root }]) => [hash, root])
  expect(Object.fromEntries(roots)).toEqual({ x: 'x', e: 'x', r: 'x', f: 'gone' })
})

test('ten thousand versions in a chain and as many retracts of retracts are judged without running out of stack', () => {
  const chain = Array.from(
    { length: 10_000 },
    (_, at): Named => ({ as: `e${at}`, ...(at > 0 && { edits: `e${at - 1}` }) }),
  )
  const undoing = Array.from(
    { length: 10_000 },
    (_, at): Named => ({ as: `r${at}`, retracts: at > 0 ? `r${at - 1}` : 'e0' }),
  )
  const verdicts = verdictsOn([...chain, ...undoing].map(saidOf), () => false)
  // The last retract is in force, the one before it not, and so on: the first of an even number is undone.
  expect(verdicts.get('r0')?.state).toBe('retracted')
  expect(verdicts.get('e9999')?.state).toBe('in force')
  expect(verdicts.get('e0')?.state).toBe('superseded')
})
