import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { forgetLatestSequence, LatestSequence } from '../../../src/store/index.ts'
import { eventually } from '../../support/eventually.ts'
import { identityOf } from '../../support/open-log.ts'
import { temporaryDirectory } from '../../support/temporary.ts'

const { author } = identityOf(1)

function opened(directory = temporaryDirectory()) {
  const latest = new LatestSequence(directory, author)
  onTestFinished(() => latest.close())
  return { latest, directory, text: () => readFileSync(join(directory, 'latest'), 'utf8') }
}

test('follows the end of our feed, and knows it at the next start', async () => {
  const { latest, directory, text } = opened()
  expect(latest.sequence).toBe(0)
  let head: number | undefined = 3
  latest.follow(() => head)
  await eventually(() => expect(text()).toBe(`3 ${author}\n`))
  head = 7
  latest.close()
  expect(opened(directory).latest.sequence).toBe(7)
})

test('what may be too little is not written down', () => {
  const { latest, directory } = opened()
  latest.follow(() => 9)
  latest.close()
  const later = opened(directory).latest
  later.follow(() => undefined)
  later.close()
  expect(opened(directory).latest.sequence).toBe(9)
})

test.each(['', 'seven', '7', `-1 ${author}\n`, `7 ${identityOf(2).author}\n`])('%j says nothing', (content) => {
  const { directory } = opened()
  writeFileSync(join(directory, 'latest'), content)
  expect(opened(directory).latest.sequence).toBe(0)
})

test('what cannot be read or written ends nothing', () => {
  const { directory } = opened()
  mkdirSync(join(directory, 'latest'))
  const { latest } = opened(directory)
  expect(latest.sequence).toBe(0)
  latest.follow(() => 5)
  latest.close()
})

test('whoever knows that nobody holds more has it forgotten', () => {
  const { latest, directory } = opened()
  latest.follow(() => 9)
  latest.close()
  forgetLatestSequence(directory)
  forgetLatestSequence(directory)
  expect(opened(directory).latest.sequence).toBe(0)
})
