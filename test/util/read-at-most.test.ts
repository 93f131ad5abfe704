import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { readAtMost } from '../../src/util/index.ts'
import { temporaryDirectory } from '../support/temporary.ts'

function fileOf(bytes: number): string {
  const path = join(temporaryDirectory(), 'file')
  writeFileSync(path, 'x'.repeat(bytes))
  return path
}

test.each([0, 1, 5_000])('reads a file of %i bytes that may have 5,000', (bytes) => {
  expect(Buffer.from(readAtMost(fileOf(bytes), 5_000)).toString()).toBe('x'.repeat(bytes))
})

test('refuses a file that has more, and a device that never ends', () => {
  expect(() => readAtMost(fileOf(5_001), 5_000)).toThrow('it has more than 5,000 bytes')
  if (process.platform !== 'win32') expect(() => readAtMost('/dev/zero', 5_000)).toThrow('more than 5,000 bytes')
})

test('says what the file system says', () => {
  expect(() => readAtMost(temporaryDirectory(), 10)).toThrow('EISDIR')
  expect(() => readAtMost(join(temporaryDirectory(), 'none'), 10)).toThrow('ENOENT')
})
