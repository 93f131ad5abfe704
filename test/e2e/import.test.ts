import {
  appendFileSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { expect, test } from 'vitest'
import { signedText } from '../../src/feed/index.ts'
import { chainOf, insights } from '../support/feeds.ts'
import { runVerb, sharedNode, startNode } from '../support/node-process.ts'
import { identityOf } from '../support/open-log.ts'
import { temporaryDirectory } from '../support/temporary.ts'
import type { NodeProcess } from '../support/node-process.ts'

const LINES = chainOf(identityOf(9), insights(1_500)).map(signedText)

/** For those to which it is the same what it holds. */
const lasting = sharedNode('--offline')

/** What `egregore import --json` prints. */
interface Imported {
  lines: number
  outcomes: Record<string, number>
  refused_count: number
  refused: { line: number; code: string }[]
}

async function imported(args: readonly string[], exitCode = 0): Promise<Imported> {
  const ended = await runVerb(['import', '--json', ...args])
  expect(ended).toMatchObject({ exitCode })
  return JSON.parse(ended.stdout)
}

function fileOf(lines: readonly string[]): string {
  const path = join(temporaryDirectory(), 'messages.ndjson')
  writeFileSync(path, lines.map((line) => `${line}\n`).join(''))
  return path
}

async function countOf(node: NodeProcess): Promise<number> {
  return (await node.get<{ message_count: number }>('/v1/status')).data.message_count
}

test('one bad line among many is named by its number, and the others are taken', async () => {
  const node = await startNode({ flags: ['--offline'] })
  const lines = LINES.with(1_233, (LINES[1_233] ?? '').replace('note', 'Note'))
  const file = fileOf(lines)
  appendFileSync(file, 'x'.repeat(300_000))
  expect(await imported([file, '--data-dir', node.dataDir], 1)).toEqual({
    lines: 1_501,
    outcomes: { appended: 1_499 },
    refused_count: 2,
    refused: [
      { line: 1_234, code: 'FEED_HASH_MISMATCH' },
      { line: 1_501, code: 'FEED_TOO_LARGE' },
    ],
  })
  expect(await countOf(node)).toBe(1_499)
  expect(await imported([fileOf(LINES), '--data-dir', node.dataDir])).toMatchObject({
    outcomes: { appended: 1, duplicate: 1_499 },
  })
})

test('what is exported is taken by another node, and its export is the same', async () => {
  const [from, to] = [await startNode({ flags: ['--offline'] }), await startNode({ flags: ['--offline'] })]
  await imported([fileOf(LINES), '--data-dir', from.dataDir])
  await from.publish('ours')
  const file = join(temporaryDirectory(), 'all.ndjson')
  expect(await runVerb(['export', file, '--data-dir', from.dataDir])).toMatchObject({ exitCode: 0 })
  expect(await imported([file, '--verify-only'])).toMatchObject({ outcomes: { valid: 1_501 } })
  expect(await imported([file, '--data-dir', to.dataDir])).toMatchObject({ outcomes: { appended: 1_501 } })
  const { stdout } = await runVerb(['export', '--data-dir', to.dataDir])
  expect(await runVerb(['export', '-', '--data-dir', to.dataDir])).toMatchObject({ stdout })
  expect(stdout).toBe(readFileSync(file, 'utf8'))
  const ours = await runVerb(['export', '--author', from.author, '--data-dir', to.dataDir])
  expect(ours.stdout.split('\n')).toHaveLength(2)
  const wrong = await runVerb(['export', '--author', 'me', '--data-dir', to.dataDir])
  expect(wrong).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('author') })
})

test('a backup is made where it is wanted, and nowhere over something', async () => {
  const node = lasting()
  await node.publish('kept')
  const path = join(temporaryDirectory(), 'backup')
  expect(await runVerb(['backup', path, '--data-dir', node.dataDir])).toMatchObject({ exitCode: 0 })
  expect(readdirSync(path)).toEqual(['egregore.db'])
  expect(readdirSync(join(node.dataDir, 'backups'))).toEqual([])
  const again = await runVerb(['backup', path, '--data-dir', node.dataDir])
  expect(again).toMatchObject({ exitCode: 1, stderr: expect.stringContaining(`${path} is there already`) })
  // None was made in vain.
  expect(readdirSync(join(node.dataDir, 'backups'))).toEqual([])
})

test('what a killed backup left is in nobody’s way', async () => {
  const path = join(temporaryDirectory(), 'backup')
  mkdirSync(`${path}.part`)
  writeFileSync(join(`${path}.part`, 'egregore.db'), 'half')
  expect(await runVerb(['backup', path, '--data-dir', lasting().dataDir])).toMatchObject({ exitCode: 0 })
  expect(readFileSync(join(path, 'egregore.db'), 'latin1')).toMatch(/^SQLite format 3/)
  expect(existsSync(`${path}.part`)).toBe(false)
})

test('an export onto a link is written where it points to', async () => {
  const directory = temporaryDirectory()
  const [file, link] = [join(directory, 'elsewhere.ndjson'), join(directory, 'link.ndjson')]
  writeFileSync(file, 'what was there before')
  symlinkSync(file, link)
  expect(await runVerb(['export', link, '--data-dir', lasting().dataDir])).toMatchObject({ exitCode: 0 })
  expect(lstatSync(link).isSymbolicLink()).toBe(true)
  expect(await runVerb(['import', '--verify-only', file])).toMatchObject({ exitCode: 0 })
})

test('an export into a device leaves it one', async () => {
  const device = join(temporaryDirectory(), 'device')
  symlinkSync('/dev/null', device)
  expect(await runVerb(['export', device, '--data-dir', lasting().dataDir])).toMatchObject({ exitCode: 0 })
  expect(lstatSync(device).isSymbolicLink()).toBe(true)
})

test('a file is verified without any node', async () => {
  const file = fileOf([LINES[0] ?? '', 'hello', (LINES[1] ?? '').replace(/"signature":"../, '"signature":"AA')])
  expect(await imported([file, '--verify-only'], 1)).toMatchObject({
    outcomes: { valid: 1 },
    refused: [
      { line: 2, code: 'FEED_NOT_CANONICAL' },
      { line: 3, code: 'FEED_SIGNATURE_INVALID' },
    ],
  })
})

test('the original’s data directory is brought along: first its key, then its messages', async () => {
  const old = join(temporaryDirectory(), 'old')
  mkdirSync(join(old, 'identity'), { recursive: true })
  writeFileSync(join(old, 'identity', 'secret.key'), identityOf(9).seed, { mode: 0o600 })
  const database = new Database(join(old, 'egregore.db'))
  database.exec('CREATE TABLE messages (author TEXT, sequence INTEGER, raw_json TEXT)')
  const insert = database.prepare('INSERT INTO messages VALUES (?, ?, ?)')
  for (const [at, line] of LINES.slice(0, 10).entries()) insert.run(identityOf(9).author, at + 1, line)
  database.close()
  const home = join(temporaryDirectory(), 'home')
  const key = join(old, 'identity', 'secret.key')
  await runVerb(['identity', 'import', key, '--data-dir', home])
  const node = await startNode({ dataDir: home })
  expect(await imported([old, '--data-dir', home, '--offline'])).toMatchObject({ outcomes: { appended: 10 } })
  expect((await node.post('/v1/publish', { content: 'new' })).data.sequence).toBe(11)
})

test('a node does not start on the original’s database, and says what to do', async () => {
  const old = temporaryDirectory()
  new Database(join(old, 'egregore.db')).exec('CREATE TABLE messages (raw_json TEXT)').close()
  const before = readFileSync(join(old, 'egregore.db'))
  const { exitCode, stderr } = await runVerb(['start', '--data-dir', old, '--port', '0', '--gossip-port', '0'])
  expect(exitCode).toBe(1)
  expect(stderr).toContain('egregore import')
  expect(readFileSync(join(old, 'egregore.db'))).toEqual(before)
})

test.each([
  ['that holds a database', 'egregore.db', 'egregore restore'],
  ['of notes', 'notes.md', 'egregore memory import'],
])('a directory %s is refused with the door that it has', async (_, file, advice) => {
  const directory = temporaryDirectory()
  writeFileSync(join(directory, file), '')
  const { exitCode, stderr } = await runVerb(['import', directory])
  expect([exitCode, stderr]).toEqual([2, expect.stringContaining(advice)])
})

test('a source that is not there is told', async () => {
  const { exitCode, stderr } = await runVerb(['import', '/nowhere/at-all', '--data-dir', lasting().dataDir])
  expect(exitCode).toBe(4)
  expect(stderr).toContain('/nowhere/at-all')
})
