import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import { RotatingFile } from '../../../src/cli/logs/index.ts'
import { temporaryDirectory } from '../../support/temporary.ts'

const LINE = `${'x'.repeat(9)}\n`

function pathIn(directory = temporaryDirectory()): string {
  return join(directory, 'logs', 'egregore.log')
}

test('lines are there when write returns, in a file of the owner alone', () => {
  const path = pathIn()
  const file = new RotatingFile(path)
  file.write('one\n')
  file.write('two\n')
  expect(readFileSync(path, 'utf8')).toBe('one\ntwo\n')
  expect(statSync(path).mode & 0o777).toBe(0o600)
  expect(statSync(dirname(path)).mode & 0o777).toBe(0o700)
})

test('what an earlier run wrote stays', () => {
  const path = pathIn()
  new RotatingFile(path).write('one\n')
  new RotatingFile(path).write('two\n')
  expect(readFileSync(path, 'utf8')).toBe('one\ntwo\n')
})

test('a full file becomes an old one, and the oldest goes', () => {
  const path = pathIn()
  const file = new RotatingFile(path, 20)
  for (let at = 0; at < 11; at++) file.write(`line ${String(at).padStart(4)}\n`)
  expect(readdirSync(dirname(path)).sort()).toEqual(['egregore.log', ...[1, 2, 3].map((n) => `egregore.log.${n}`)])
  const texts = ['.3', '.2', '.1', ''].map((suffix) => readFileSync(path + suffix, 'utf8'))
  expect(texts.join('')).toBe([4, 5, 6, 7, 8, 9, 10].map((at) => `line ${String(at).padStart(4)}\n`).join(''))
})

test('a file is as long as its limit, and no longer', () => {
  const path = pathIn()
  const file = new RotatingFile(path, 2 * LINE.length)
  file.write(LINE)
  file.write(LINE)
  expect(existsSync(`${path}.1`)).toBe(false)
  file.write(LINE)
  expect(statSync(`${path}.1`).size).toBe(2 * LINE.length)
  expect(statSync(path).size).toBe(LINE.length)
})

test('a directory that cannot be written loses lines, and nothing else', () => {
  const directory = temporaryDirectory()
  writeFileSync(join(directory, 'logs'), 'a file in the way')
  const file = new RotatingFile(pathIn(directory))
  file.write(LINE)
  rmSync(join(directory, 'logs'))
  file.write(LINE)
  expect(readFileSync(pathIn(directory), 'utf8')).toBe(LINE)
})
