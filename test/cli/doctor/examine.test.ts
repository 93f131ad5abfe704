import { expect, test } from 'vitest'
import { examine, hasFailed, mend } from '../../../src/cli/doctor/index.ts'
import { wrapped } from '../../../src/cli/doctor/report.ts'
import { EgregoreError } from '../../../src/client/index.ts'
import type { Check, Finding, Patient } from '../../../src/cli/doctor/check.ts'

/** Not looked at by the checks of these tests. */
const PATIENT = {} as Patient

function checkOf(run: Check['run'], timeoutMs = 60_000): Check {
  return { name: 'test', title: 'test', timeoutMs, run }
}

async function foundBy(...checks: Check[]) {
  return (await examine(checks, PATIENT)).map(({ verdict, found }) => `${verdict} ${found}`)
}

test('findings come in the order of the checks, and a check may have several', async () => {
  const slow = checkOf(async () => {
    await new Promise((resolve) => setImmediate(resolve))
    return { verdict: 'ok', found: 'slow' }
  })
  const several = checkOf(() => [
    { verdict: 'ok', found: 'one' },
    { verdict: 'warning', found: 'two' },
  ])
  expect(await foundBy(slow, several)).toEqual(['ok slow', 'ok one', 'warning two'])
})

test('a check that takes too long is skipped and told so', async () => {
  let isTold = false
  const endless = checkOf((_, signal) => {
    signal.addEventListener('abort', () => {
      isTold = true
    })
    return new Promise(() => {})
  }, 10)
  expect(await foundBy(endless)).toEqual(['skipped It took longer than 0.01 s.'])
  expect(isTold).toBe(true)
})

test('a check that cannot look has failed, and keeps no other from looking', async () => {
  const broken = checkOf(() => {
    throw new Error('it is not there')
  })
  expect(
    await foundBy(
      broken,
      checkOf(() => ({ verdict: 'ok', found: 'well' })),
    ),
  ).toEqual(['failed it is not there', 'ok well'])
})

test('of a node that takes too long to answer nothing is known', async () => {
  const late = checkOf(() => {
    throw new EgregoreError('NODE_TIMED_OUT', 'It did not answer in time.')
  })
  expect(await foundBy(late)).toEqual(['skipped It did not answer in time.'])
})

test('what has a remedy is mended; a remedy that fails leaves it as it was', async () => {
  const failed = (found: string, remedy?: () => string): Finding => ({
    verdict: 'failed',
    found,
    advice: 'do it by hand',
    ...(remedy !== undefined && { mend: remedy }),
  })
  const refuse = () => {
    throw new Error('read-only')
  }
  const check = checkOf(() => [failed('a', () => 'a is mended'), failed('b', refuse), failed('c')])
  const diagnoses = await mend(await examine([check], PATIENT))
  expect(diagnoses).toMatchObject([
    { verdict: 'ok', found: 'a', mended: 'a is mended' },
    { verdict: 'failed', found: 'b', advice: 'It could not be mended: read-only' },
    { verdict: 'failed', found: 'c', advice: 'do it by hand' },
  ])
  expect(diagnoses[0]).not.toHaveProperty('advice')
  expect(hasFailed(diagnoses)).toBe(true)
  expect(hasFailed(diagnoses.slice(0, 1))).toBe(false)
})

test('sentences are broken between words, and no word is', () => {
  expect(wrapped('one two three', 7)).toEqual(['one two', 'three'])
  expect(wrapped('incomprehensibilities are', 7)).toEqual(['incomprehensibilities', 'are'])
})
