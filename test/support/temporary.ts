// A directory that lives as long as one test, or as whoever else needs it.

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeAll, expect, onTestFinished } from 'vitest'

/** Says what is to be done when something ends. */
export type Until = (end: () => void) => void

/** Makes an empty directory and removes it when the test ends. */
export function temporaryDirectory(until: Until = onTestFinished): string {
  const path = mkdtempSync(join(tmpdir(), 'egregore-test-'))
  until(() => rmSync(path, { recursive: true, force: true }))
  return path
}

/** One value for all tests of a file, made before the first of them: what its making says is to be done is done after the last. */
export function shared<T>(make: (until: Until) => Promise<T>): () => T {
  let made: T | undefined
  beforeAll(async () => {
    const ends: (() => void)[] = []
    made = await make((end) => ends.unshift(end))
    return () => {
      for (const end of ends) end()
    }
  })
  return () => made ?? expect.fail('It is made when the tests begin.')
}
