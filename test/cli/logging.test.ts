import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { temporaryDirectory } from '../support/temporary.ts'

const LINES = 3_000

/** Says far more than a pipe holds, then whether it lives. */
const TALKER = `
  const [{ openLogging }, { Progress }] = await Promise.all(
    ['logging.ts', 'progress.ts'].map((name) => import(new URL(name, process.env.FOLDER))),
  )
  const { logger } = await openLogging(process.env.DIRECTORY, false, new Progress({ isQuiet: true }))
  for (let line = 0; line < ${LINES}; line++) logger.info({ line }, 'x'.repeat(100))
  process.stdout.write('lives')
  setInterval(() => {}, 1e6)`

test.each(['nobody reads', 'nobody can read any more'])('a stderr that %s holds up no node', async (how) => {
  const directory = temporaryDirectory()
  const FOLDER = new URL('../../src/cli/', import.meta.url).href
  const env = { ...process.env, FOLDER, DIRECTORY: directory }
  const child = spawn(process.execPath, ['--input-type=module', '-e', TALKER], {
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  onTestFinished(() => void child.kill('SIGKILL'))
  if (how !== 'nobody reads') child.stderr.destroy()
  const [said] = (await once(child.stdout, 'data')) as [Buffer]
  expect(String(said)).toBe('lives')
  expect(child.exitCode).toBeNull()
  expect(readFileSync(join(directory, 'logs', 'egregore.log'), 'utf8').split('\n')).toHaveLength(LINES + 1)
})
