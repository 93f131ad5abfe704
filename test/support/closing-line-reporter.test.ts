import { spawn } from 'node:child_process'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { text } from 'node:stream/consumers'
import { afterEach, expect, test } from 'vitest'

const REPOSITORY = resolve(import.meta.dirname, '../..')
const folders: string[] = []

afterEach(async () => {
  await Promise.all(folders.splice(0).map((folder) => rm(folder, { recursive: true })))
})

/** Runs vitest, with the project's own configuration, over one test file with this text. */
async function run(
  testFile: string,
  ...args: string[]
): Promise<{ code: number | null; lastLine: string | undefined }> {
  const root = await mkdtemp(join(tmpdir(), 'closing-line-'))
  folders.push(root)
  await mkdir(join(root, 'test'))
  await writeFile(join(root, 'test/made-up.test.ts'), testFile)
  const vitest = join(REPOSITORY, 'node_modules/vitest/vitest.mjs')
  const config = join(REPOSITORY, 'vitest.config.ts')
  const all = [vitest, 'run', '--root', root, '--config', config, '--globals', ...args]
  const child = spawn(process.execPath, all, { stdio: ['ignore', 'pipe', 'ignore'], env: { PATH: process.env.PATH } })
  const ended = new Promise<number | null>((done) => child.once('close', done))
  const lines = (await text(child.stdout)).split('\n')
  expect(lines.at(-1)).toBe('')
  return { code: await ended, lastLine: lines.at(-2) }
}

test('a good run ends with its count and 0', async () => {
  const outcome = await run("test('a', () => {})\ntest.each([1, 2])('b %i', () => {})\ntest.skip('c', () => {})")
  expect(outcome).toEqual({ code: 0, lastLine: 'tests: 3 passed, 0 failed, 1 skipped' })
})

test('failed tests are counted', async () => {
  const outcome = await run("test('a', () => {})\ntest('b', () => { throw new Error('no') })")
  expect(outcome).toEqual({ code: 1, lastLine: 'tests: 1 passed, 1 failed, 0 skipped' })
})

test('a rejection that no test waits for counts as failed', async () => {
  const outcome = await run(
    "test('a', async () => { Promise.reject(new Error('no')); await new Promise(setImmediate) })",
  )
  expect(outcome).toEqual({ code: 1, lastLine: 'tests: 1 passed, 1 failed, 0 skipped' })
})

test.each([
  ['a file that does not load', "throw new Error('no')"],
  ['a hook that fails', "afterAll(() => { throw new Error('no') })\ntest.skip('a', () => {})\ntest('b', () => {})"],
])('%s counts as failed', async (_, testFile) => {
  const { code, lastLine } = await run(testFile)
  expect(code).toBe(1)
  expect(lastLine).toMatch(/^tests: \d passed, 1 failed, \d skipped$/)
})

test.each([
  ['every test is skipped', [], 'tests: 0 passed, 0 failed, 1 skipped'],
  ['no test has the name asked for', ['--testNamePattern', 'b'], 'tests: 0 passed, 0 failed, 1 skipped'],
  ['no file has the name asked for', ['no-such-file'], 'tests: 0 passed, 0 failed, 0 skipped'],
])('a run fails when %s', async (_, args, lastLine) => {
  const outcome = await run(args.length === 0 ? "test.skip('a', () => {})" : "test('a', () => {})", ...args)
  expect(outcome).toEqual({ code: 1, lastLine })
})
