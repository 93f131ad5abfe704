import { createHash } from 'node:crypto'
import {
  closeSync,
  cpSync,
  existsSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  truncateSync,
  writeSync,
} from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { expect, onTestFinished, test } from 'vitest'
import { EventReader } from '../support/event-reader.ts'
import { eventually, runVerb, startNode } from '../support/node-process.ts'
import { shared, temporaryDirectory } from '../support/temporary.ts'
import type { AnsweredMessage, Envelope, NodeProcess } from '../support/node-process.ts'
import type { Until } from '../support/temporary.ts'

interface Status {
  message_count: number
  rolled_back: boolean
  storage: { state: string; findings: string[]; damaged_messages: number }
  health: { ok: boolean; reasons: string[] }
}

const PAGE_BYTES = 4_096
/** As many as a list answers at once. */
const MESSAGES = 200

async function statusOf(node: NodeProcess): Promise<Status> {
  return (await node.get<Status>('/v1/status')).data
}

async function stateOf(node: NodeProcess): Promise<string> {
  return (await statusOf(node)).storage.state
}

async function publishMany(node: NodeProcess, count: number): Promise<void> {
  for (let round = 0; round < count / 50; round++) {
    await Promise.all(Array.from({ length: 50 }, (_, index) => node.publish(`round ${round} number ${index}`)))
  }
}

/** Of a node that published, stopped in order, and made a backup when it had published half of it; with the id of the event before all. */
const stopped = shared(async (until) => {
  const node = await startNode({ until, flags: ['--offline'] })
  const { lastEventId } = await listen(node, undefined, until)
  await publishMany(node, MESSAGES / 2)
  const { data } = await node.post<{ path: string }>('/v1/backups', {})
  await publishMany(node, MESSAGES / 2)
  await eventually(async () => expect(await foundIn(node)).toBe(MESSAGES))
  await node.stop()
  return { dataDir: node.dataDir, backup: data.path, lastEventId }
})

/** Of one that was killed after that, when its database had no WAL to speak of. */
const killed = shared(async (until) => {
  const dataDir = copyOf(stopped().dataDir, until)
  await (await startNode({ until, dataDir, flags: ['--offline'] })).stop('SIGKILL')
  return dataDir
})

/** A directory for a test of its own. */
function copyOf(dataDir: string, until?: Until): string {
  const copy = temporaryDirectory(until)
  cpSync(dataDir, copy, { recursive: true })
  return copy
}

async function foundIn(node: NodeProcess): Promise<number | undefined> {
  return (await node.get('/v1/insights/search?q=seen&limit=1')).metadata?.total
}

/** Overwrites a page that holds messages, in the middle of them. */
function damagePage(path: string): void {
  const database = new Database(path)
  const pages = database
    .prepare("SELECT pageno FROM dbstat WHERE name = 'entries' AND pagetype = 'leaf' ORDER BY path")
    .pluck()
    .all() as number[]
  database.pragma('wal_checkpoint(TRUNCATE)')
  database.close()
  overwritePage(path, pages[Math.floor(pages.length / 2)] as number) // As: there are some.
}

function overwritePage(path: string, page: number): void {
  const file = openSync(path, 'r+')
  writeSync(file, Buffer.alloc(PAGE_BYTES, 0xa5), 0, PAGE_BYTES, (page - 1) * PAGE_BYTES)
  closeSync(file)
}

function digestOf(path: string): string {
  return createHash('sha256').update(readFileSync(path)).digest('hex')
}

test('after a node that stopped in order nothing is checked, after one that was killed everything is', async () => {
  const dataDir = copyOf(killed())
  const checked = await startNode({ dataDir, flags: ['--offline'] })
  await eventually(async () => expect(await stateOf(checked)).toBe('whole'))
  await checked.stop()
  expect(existsSync(join(dataDir, 'running'))).toBe(false)
  const next = await startNode({ dataDir, flags: ['--offline'] })
  expect(await stateOf(next)).toBe('unchecked')
})

test('to a database with a damaged page nothing is written, and what can be read is saved', async () => {
  const dataDir = copyOf(killed())
  const path = join(dataDir, 'egregore.db')
  damagePage(path)
  const node = await startNode({ dataDir, flags: ['--offline'] })
  await eventually(async () => expect(await stateOf(node)).toBe('damaged'))
  const before = digestOf(path)

  const { storage, health } = await statusOf(node)
  expect(storage.findings).not.toEqual([])
  expect(storage.findings.join(' ')).not.toContain('egregore restore')
  expect(health.reasons.join(' ')).toMatch(/damaged and nothing more is written to it: stop the node and restore a/)
  expect((await fetch(`${node.api}/health`)).status).toBe(503)
  const refused = {
    status: 503,
    error: { code: 'STORE_DAMAGED', message: expect.stringContaining('egregore restore') },
  }
  expect(await node.post('/v1/publish', { content: 'more' })).toMatchObject(refused)
  expect(await node.post('/v1/import', { messages: [] })).toMatchObject(refused)
  expect(await node.post('/v1/topics', { topic: 'more' })).toMatchObject(refused)
  expect((await node.get('/v1/feed?include_self=true&limit=1')).data).toHaveLength(1)

  const saved = join(dataDir, 'saved.ndjson')
  expect((await runVerb(['export', saved, '--data-dir', dataDir])).exitCode).toBe(1)
  expect(existsSync(saved)).toBe(false)
  expect((await runVerb(['export', saved, '--skip-damaged', '--data-dir', dataDir])).exitCode).toBe(0)
  const lines = readFileSync(saved, 'utf8').split('\n').length - 1
  expect(lines).toBeGreaterThan(MESSAGES - 30)
  expect(lines).toBeLessThan(MESSAGES)
  expect(await runVerb(['import', '--verify-only', saved])).toMatchObject({ exitCode: 0 })

  expect(await node.stop()).toBe(0)
  expect(digestOf(path)).toBe(before)
  expect(statSync(`${path}-wal`, { throwIfNoEntry: false })?.size ?? 0).toBe(0)
  const again = await startNode({ dataDir, flags: ['--offline'] })
  await eventually(async () => expect(await stateOf(again)).toBe('damaged'))
})

test('a database with a broken page that a start has to read is named, with what to do', async () => {
  const dataDir = copyOf(stopped().dataDir)
  const path = join(dataDir, 'egregore.db')
  const database = new Database(path)
  const root = database.prepare("SELECT rootpage FROM sqlite_master WHERE name = 'feeds'").pluck().get() as number // As: it is there.
  database.close()
  overwritePage(path, root)
  const { exitCode, stderr } = await runVerb(['start', '--offline', '--port', '0', '--data-dir', dataDir])
  expect(exitCode).toBe(1)
  expect(stderr).toContain(`The database ${path} is damaged`)
  expect(stderr).toContain('egregore restore')
})

test('a torn WAL leaves a whole prefix, and our feed goes on only when its end is back', async () => {
  const dataDir = temporaryDirectory()
  const peer = await startNode()
  const node = await startNode({ dataDir, flags: ['--peer', peer.address] })
  await publishMany(node, MESSAGES)
  await eventually(async () => expect((await statusOf(peer)).message_count).toBe(MESSAGES))
  await latestIs(dataDir, MESSAGES)
  await node.stop('SIGKILL')
  const wal = join(dataDir, 'egregore.db-wal')
  truncateSync(wal, Math.floor(statSync(wal).size * 0.6) + 7)

  const alone = await startNode({ dataDir, flags: ['--offline'] })
  await eventually(async () => expect(await stateOf(alone)).toBe('whole'))
  const { message_count: held, rolled_back } = await statusOf(alone)
  expect(held).toBeLessThan(MESSAGES)
  expect(rolled_back).toBe(true)
  const whole = Array.from({ length: held }, (_, index) => held - index)
  // Lists had folded more than is left: they begin anew.
  await eventually(async () => expect(await sequencesOf(alone)).toEqual(whole))
  const early = await alone.post('/v1/publish', { content: 'too early' })
  expect(early).toMatchObject({ status: 409, error: { code: 'LOG_ROLLED_BACK' } })
  await alone.stop()

  const back = await startNode({ dataDir, flags: ['--peer', peer.address] })
  await eventually(async () => expect((await statusOf(back)).rolled_back).toBe(false))
  const next = await back.post('/v1/publish', { content: 'the next' })
  expect(next).toMatchObject({ status: 201, data: { sequence: MESSAGES + 1 } })
})

test('a database that was moved away is not begun anew with a feed that has been spoken in', async () => {
  const dataDir = copyOf(stopped().dataDir)
  renameSync(join(dataDir, 'egregore.db'), join(dataDir, 'kept.db'))
  const empty = await startNode({ dataDir, flags: ['--offline'] })
  expect(await empty.post('/v1/publish', { content: 'one' })).toMatchObject({ error: { code: 'LOG_ROLLED_BACK' } })
  // Whoever runs it knows better.
  expect(await empty.post('/v1/import', { messages: [], offline: true })).toMatchObject({ status: 200 })
  expect(await empty.post('/v1/publish', { content: 'one' })).toMatchObject({ status: 201, data: { sequence: 1 } })
  await empty.stop()
  const after = await startNode({ dataDir, flags: ['--offline'] })
  expect(await after.post('/v1/publish', { content: 'two' })).toMatchObject({ status: 201, data: { sequence: 2 } })
})

async function latestIs(dataDir: string, sequence: number): Promise<void> {
  const path = join(dataDir, 'identity', 'latest')
  await eventually(() => expect(readFileSync(path, 'utf8')).toMatch(new RegExp(`^${sequence} `)))
}

async function sequencesOf(node: NodeProcess): Promise<number[]> {
  const path = `/v1/feed/${encodeURIComponent(node.author)}?limit=200`
  const sequences: number[] = []
  for (let next: string | undefined = ''; next !== undefined; ) {
    const page: Envelope<AnsweredMessage[]> = await node.get(`${path}${next && `&after=${encodeURIComponent(next)}`}`)
    sequences.push(...page.data.map(({ sequence }) => sequence))
    next = page.metadata?.next
  }
  return sequences
}

test('a start that was refused is no unclean stop', async () => {
  const dataDir = copyOf(stopped().dataDir)
  const { api } = await startNode({ flags: ['--offline'] })
  const { exitCode } = await runVerb(['start', '--offline', '--data-dir', dataDir, '--port', new URL(api).port])
  expect(exitCode).toBe(1)
  expect(existsSync(join(dataDir, 'running'))).toBe(false)
})

test.each([
  ['without a word', [], { status: 409, error: { code: 'LOG_ROLLED_BACK' } }],
  ['with --offline', ['--offline'], { status: 201, data: { sequence: MESSAGES / 2 + 1 } }],
] as const)(
  'a restored backup that lacks the end of our feed is believed when told so: %s',
  async (_, flags, answer) => {
    const dataDir = copyOf(stopped().dataDir)
    expect(readFileSync(join(dataDir, 'identity', 'latest'), 'utf8')).toMatch(new RegExp(`^${MESSAGES} `))
    const restored = await runVerb(['restore', stopped().backup, '--replace', ...flags, '--data-dir', dataDir])
    expect(restored.exitCode).toBe(0)
    const next = await startNode({ dataDir, flags: ['--offline'] })
    expect(await next.post('/v1/publish', { content: 'the next' })).toMatchObject(answer)
  },
)

test('a directory that was set back as a whole goes on behind what peers hold, and does not fork its feed', async () => {
  const peer = await startNode()
  const flags = ['--peer', peer.address]
  const node = await startNode({ dataDir: temporaryDirectory(), flags })
  await publishMany(node, 50)
  await node.stop()
  const snapshot = join(temporaryDirectory(), 'snapshot')
  cpSync(node.dataDir, snapshot, { recursive: true })
  const later = await startNode({ dataDir: node.dataDir, flags })
  await publishMany(later, 50)
  await eventually(async () => expect((await statusOf(peer)).message_count).toBe(100))
  await later.stop()

  const back = await startNode({ dataDir: snapshot, flags })
  const next = await back.post('/v1/publish', { content: 'the next' })
  expect(next).toMatchObject({ status: 201, data: { sequence: 101 } })
  await peer.waitFor(next.data.hash)
  expect((await peer.get<{ fork_count: number }>('/v1/status')).data.fork_count).toBe(0)
})

/** Changes messages as a disk would, while no node runs. */
function spoil(dataDir: string, sql: string): void {
  const database = new Database(join(dataDir, 'egregore.db'))
  database.exec(sql)
  database.close()
}

const TEXT = "text = replace(text, 'seen', 'sewn')"
const SIGNATURE = "signature = CAST(unhex('00') || substr(signature, 2) AS BLOB)"

test.each([
  ['a letter', `UPDATE entries SET ${TEXT} WHERE sequence = 25`, 25],
  ['a signature', `UPDATE entries SET ${SIGNATURE} WHERE sequence = 25`, 25],
  ['a letter of the last message', `UPDATE entries SET ${TEXT} WHERE sequence = ${MESSAGES}`, MESSAGES],
])('a message in which the disk changed %s is shown to nobody, and costs the node no peer', async (_, sql, damaged) => {
  const dataDir = copyOf(stopped().dataDir)
  spoil(dataDir, sql)

  const spoilt = await startNode({ dataDir })
  const peer = await startNode({ flags: ['--peer', spoilt.address] })
  await eventually(async () => expect((await statusOf(peer)).message_count).toBe(MESSAGES - 1))
  expect((await peer.get('/v1/peers')).data).toMatchObject([{ state: 'live' }])
  expect(JSON.stringify(await spoilt.get(`/v1/feed?include_self=true&limit=${MESSAGES}`))).not.toContain('sewn')
  const told = await (await listen(spoilt, stopped().lastEventId)).take(MESSAGES - 1)
  expect(told.map(({ data }) => data.sequence)).toEqual(
    Array.from({ length: MESSAGES }, (_, at) => at + 1).filter((at) => at !== damaged),
  )
  await eventually(async () => expect(await stateOf(spoilt)).toBe('whole'))
  const { storage, health } = await statusOf(spoilt)
  expect(storage).toMatchObject({ findings: [], damaged_messages: 1 })
  expect(health.reasons.join(' ')).toContain('The disk has damaged 1 message')

  // Everything goes on: its own feed too.
  const next = await spoilt.post('/v1/publish', { content: 'the next' })
  expect(next).toMatchObject({ status: 201, data: { sequence: MESSAGES + 1 } })
  await peer.waitFor(next.data.hash)
})

test.each(["another's feed", 'our own feed'])(
  'damaged messages are fetched again from a peer, and stand where they stood: %s',
  async (whose) => {
    const author = await startNode({ dataDir: temporaryDirectory() })
    await publishMany(author, 50)
    const follower = await startNode({ dataDir: temporaryDirectory(), flags: ['--peer', author.address] })
    await eventually(async () => expect((await statusOf(follower)).message_count).toBe(50))
    const [holder, healthy] = whose === 'our own feed' ? [author, follower] : [follower, author]
    const before = await exported(healthy)
    await holder.stop()
    spoil(holder.dataDir, `UPDATE entries SET ${TEXT} WHERE sequence IN (7, 50)`)
    spoil(holder.dataDir, `UPDATE entries SET ${SIGNATURE} WHERE sequence = 25`)
    // They are computed anew, and pass over what is damaged.
    rmSync(join(holder.dataDir, 'projections.db'))

    const node = await startNode({ dataDir: holder.dataDir, flags: ['--peer', healthy.address] })
    await eventually(async () => {
      const { storage, health, message_count } = await statusOf(node)
      expect({ storage, health, message_count }).toEqual({
        storage: { state: 'whole', findings: [], damaged_messages: 0 },
        health: { ok: true, reasons: [] },
        message_count: 50,
      })
      expect((await node.get('/v1/insights/search?q=seen&limit=50&include_self=true')).data).toHaveLength(50)
    })
    expect(await exported(node)).toEqual(before)
    expect((await node.get(`/v1/feed?include_self=true&limit=50`)).data.map(({ sequence }) => sequence)).toEqual(
      Array.from({ length: 50 }, (_, at) => 50 - at),
    )
    const log = await runVerb(['logs', '--level', 'warn', '--data-dir', holder.dataDir])
    expect(log.stdout.match(/as it was signed again/g)).toHaveLength(3)
  },
)

/** All signed text that a node holds, in order of sequence. */
async function exported(node: NodeProcess): Promise<string[]> {
  const text = await (await fetch(`${node.api}/v1/export`)).text()
  return text.split('\n').filter(Boolean).map(withoutLocal)
}

/** What a node adds of its own stands behind the signature. */
function withoutLocal(line: string): string {
  return line.replace(/,"local":\{.*$/, '')
}

/** From the end of the log, or from behind an event. */
async function listen(node: NodeProcess, lastEventId?: string, until: Until = onTestFinished): Promise<EventReader> {
  const headers = lastEventId === undefined ? {} : { 'last-event-id': lastEventId }
  const { body } = await fetch(`${node.api}/v1/events?include_self=true`, { headers })
  const reader = new EventReader(body as ReadableStream<Uint8Array>) // As: an answer of the API has a body.
  until(() => void reader.close().catch(() => {}))
  await reader.piece()
  return reader
}

test('damage in what is computed from the log is told as that, and gone with the next start', async () => {
  const dataDir = copyOf(stopped().dataDir)
  const path = join(dataDir, 'projections.db')
  const database = new Database(path)
  const pages = database.prepare("SELECT pageno FROM dbstat WHERE name LIKE 'search%'").pluck().all() as number[] // As: dbstat's.
  database.close()
  for (const page of pages) overwritePage(path, page)

  const spoilt = await startNode({ dataDir, flags: ['--offline'] })
  const answer = await spoilt.post('/v1/publish', { content: 'taken all the same' })
  expect(answer.status).toBe(201)
  const damaged = { code: 'STORE_DAMAGED', message: expect.stringContaining('restart the node') }
  await eventually(async () => expect((await spoilt.get('/v1/insights/search?q=seen')).error).toMatchObject(damaged))
  expect(await stateOf(spoilt)).toBe('unchecked')
  await spoilt.stop()

  const next = await startNode({ dataDir, flags: ['--offline'] })
  await eventually(async () => expect(await foundIn(next)).toBe(MESSAGES))
  expect((await statusOf(next)).health.ok).toBe(true)
  expect(existsSync(`${path}.damaged`)).toBe(false)
})
