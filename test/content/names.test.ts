// protocols/content/profile/1, "Names": what is shown of a name, and which names could be taken for one another.

import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { displayName, nameKey, shownName } from '../../src/content/index.ts'
import type { Author } from '../../src/feed/index.ts'

interface NameVectors {
  author: Author
  shown: { name: unknown; expect: string | null }[]
  alike: { names: string[]; expect: boolean }[]
  displayed: { name: string; shared: boolean; expect: string }[]
}

const file = new URL('../../protocols/content/profile/1/vectors/names.json', import.meta.url)
const vectors = JSON.parse(readFileSync(file, 'utf8')) as NameVectors

describe('shown', () => {
  test.each(vectors.shown)('$name', ({ name, expect: expected }) => {
    expect(shownName(name) ?? null).toBe(expected)
  })
})

describe('alike', () => {
  test.each(vectors.alike)('$names', ({ names, expect: expected }) => {
    const keys = names.map((name) => nameKey(shownName(name) ?? expect.fail()))
    expect(new Set(keys).size === 1).toBe(expected)
  })
})

describe('displayed', () => {
  test.each(vectors.displayed)('$name', ({ name, shared, expect: expected }) => {
    expect(displayName(vectors.author, shownName(name), shared)).toBe(expected)
  })
})
