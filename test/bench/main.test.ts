import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { temporaryDirectory } from '../support/temporary.ts'
import type { Finding } from './support/finding.ts'

const MAIN = new URL('./main.ts', import.meta.url).pathname

/** Every run of the bench keeps its messages below the temporary directory that it is given. */
function bench(...args: string[]) {
  return promisify(execFile)(process.execPath, [MAIN, ...args], {
    env: { ...process.env, TMPDIR: temporaryDirectory() },
  })
}

test('a bench prints its figure beside the limit of the same run', async () => {
  const { stdout } = await bench('pipeline', '--scale', '0.002', '--json')
  const findings = JSON.parse(stdout) as Finding[]
  expect(findings.length).toBeGreaterThan(0)
  for (const { figure, limit } of findings) {
    expect(figure.value).toBeGreaterThan(0)
    expect(limit?.value).toBeGreaterThan(0)
  }
})

test('a name that no bench has is refused with the names there are', async () => {
  await expect(bench('speed')).rejects.toMatchObject({ code: 2, stderr: expect.stringContaining('cold-sync') })
})
