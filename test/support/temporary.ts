// A directory that lives as long as one test.

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'

/** Makes an empty directory and removes it when the test ends. */
export function temporaryDirectory(): string {
  const path = mkdtempSync(join(tmpdir(), 'egregore-test-'))
  onTestFinished(() => rmSync(path, { recursive: true, force: true }))
  return path
}
