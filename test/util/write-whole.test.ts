import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { writeWhole } from '../../src/util/index.ts'
import { temporaryDirectory } from '../support/temporary.ts'

test('a file is there whole with its mode, replaced by the next, and nothing is left beside it', () => {
  const directory = temporaryDirectory()
  const path = join(directory, 'file')
  writeWhole(path, 'first', 0o600)
  writeWhole(path, Buffer.from('second'), 0o600)
  expect(readFileSync(path, 'utf8')).toBe('second')
  expect(statSync(path).mode & 0o777).toBe(0o600)
  expect(readdirSync(directory)).toEqual(['file'])
})
