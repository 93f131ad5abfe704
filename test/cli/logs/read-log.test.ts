import { appendFileSync, mkdirSync, renameSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { hasLog, LogReader, shownLine } from '../../../src/cli/logs/index.ts'
import { temporaryDirectory } from '../../support/temporary.ts'
import type { LinesAsked } from '../../../src/cli/logs/index.ts'

const ALL: LinesAsked = { level: 'debug' }

function textOf(msg: string, facts: object = {}): string {
  return `${JSON.stringify({ level: 30, time: 1_000, part: 'log', ...facts, msg })}\n`
}

function pathWith(text: string): string {
  const path = join(temporaryDirectory(), 'logs', 'egregore.log')
  mkdirSync(dirname(path))
  writeFileSync(path, text)
  return path
}

function reading(path: string, asked = ALL): LogReader {
  const reader = new LogReader(path, asked)
  onTestFinished(() => reader.close())
  return reader
}

const messagesOf = (lines: { msg: string }[]) => lines.map(({ msg }) => msg)

test('the last lines come from old files too, the oldest first', async () => {
  const path = pathWith(textOf('four'))
  writeFileSync(`${path}.2`, textOf('one') + textOf('two'))
  writeFileSync(`${path}.1`, textOf('three'))
  expect(messagesOf(await reading(path).last(3))).toEqual(['two', 'three', 'four'])
})

test('lines are asked for by level, part and time', async () => {
  const path = pathWith(
    textOf('debug', { level: 20 }) +
      textOf('warn', { level: 40 }) +
      textOf('network', { level: 50, part: 'network' }) +
      textOf('late', { level: 40, time: 2_000 }),
  )
  expect(messagesOf(await reading(path, { level: 'warn' }).last(9))).toEqual(['warn', 'network', 'late'])
  expect(messagesOf(await reading(path, { level: 'debug', part: 'log' }).last(9))).toEqual(['debug', 'warn', 'late'])
  expect(messagesOf(await reading(path, { level: 'debug', since: 2_000 }).last(9))).toEqual(['late'])
})

test('a line that a crash cut, or that is no line of ours, is passed over', async () => {
  const path = pathWith(`${textOf('one')}{"level":30,"ti\nplain words\n{"level":"high"}\n${textOf('two')}{"level":3`)
  expect(messagesOf(await reading(path).last(9))).toEqual(['one', 'two'])
})

test('what comes follows, across the turn to another file', async () => {
  const path = pathWith(textOf('one'))
  const reader = reading(path)
  expect(messagesOf(await reader.last(9))).toEqual(['one'])
  const ending = new AbortController()
  const coming = reader.next(ending.signal)
  appendFileSync(path, textOf('two') + textOf('three').slice(0, 20))
  expect((await coming.next()).value?.msg).toBe('two')
  appendFileSync(path, textOf('three').slice(20))
  renameSync(path, `${path}.1`)
  writeFileSync(path, textOf('four'))
  expect((await coming.next()).value?.msg).toBe('three')
  expect((await coming.next()).value?.msg).toBe('four')
  ending.abort()
  expect((await coming.next()).done).toBe(true)
})

test('where no node has run there is no log', async () => {
  const path = join(temporaryDirectory(), 'logs', 'egregore.log')
  expect(hasLog(path)).toBe(false)
  expect(await reading(path).last(9)).toEqual([])
})

test('a line is shown in words, and nothing in it steers a terminal', () => {
  const err = { type: 'Error', message: 'no room', stack: 'Error: no room\n at …' }
  const line = {
    level: 50,
    time: Date.UTC(2026, 0, 1),
    part: 'network',
    msg: 'it failed',
    peer: 'a\u001b[2J',
    err,
    n: 3,
  }
  expect(shownLine(line)).toMatch(/error.*network.*it failed.*peer=a err=no room n=3/)
})

test('a line whose time no clock can show is no line', async () => {
  const path = pathWith(
    textOf('one') + textOf('never', { time: 8.64e15 }) + textOf('before', { time: -1 }) + textOf('two'),
  )
  const lines = await reading(path).last(9)
  expect(messagesOf(lines)).toEqual(['one', 'two'])
  expect(shownLine({ ...lines[0], level: 30, msg: 'last', time: 8.64e15 - 86_400_000 })).toContain('last')
})
