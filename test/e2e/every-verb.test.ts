// Every verb once, on a live node. A verb that the program has and this table has not fails the first test: give it a row.

import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { buildProgram } from '../../src/cli/main.ts'
import { leavesOf } from '../../src/cli/reference.ts'
import { runVerb, spawnTalkingVerb, startNode } from '../support/node-process.ts'
import { identityOf } from '../support/open-log.ts'
import { temporaryDirectory } from '../support/temporary.ts'
import type { Ended, NodeProcess } from '../support/node-process.ts'

/** What rows are made of. */
interface Place {
  node: NodeProcess
  /** Of a node that this one is connected to. */
  peer: string
  /** Of a message that it holds. */
  hash: string
  author: string
  /** For files. */
  directory: string
}

/** One call of a verb. */
interface Row {
  /** Behind the verb. */
  args?: readonly string[]
  /** On another directory than that of the node: where no node may run. */
  elsewhere?: boolean
  /** 0 when absent; `any` where it says something of the machine that tests run on. */
  exitCode?: number | 'any'
  /** In what it prints, on either stream. */
  says: RegExp | string
  /** For a verb that goes on until it is ended, what is typed to it; it is ended when it says what it should. */
  typed?: string
}

/** By verb, in the order in which they are called: what one leaves, the next may use. */
const ROWS: Readonly<Record<string, (place: Place) => Row>> = {
  start: () => ({ args: ['--init-config'], elsewhere: true, says: /config\.yaml is written/ }),
  status: ({ node }) => ({ says: node.author }),
  'identity show': ({ node }) => ({ says: node.author }),
  publish: () => ({ args: ['--title', 'Rows', 'Each verb has one'], says: /^published [0-9a-f]{64} as number 2/ }),
  search: () => ({ args: ['rows'], says: /insight +Rows/ }),
  show: ({ hash }) => ({ args: [hash.slice(0, 12)], says: /"title": "seen"/ }),
  'memory remember': () => ({
    args: ['--local', 'The', 'door', 'sticks.'],
    says: /^remembered local-1 on this machine/,
  }),
  'memory recall': () => ({ args: ['door'], says: /local-1 .*The door sticks/ }),
  'memory recent': () => ({ args: ['--local'], says: /local-1/ }),
  'memory get': () => ({ args: ['local-1'], says: /The door sticks\./ }),
  'memory supersede': () => ({ args: ['local-1', 'It', 'was', 'oiled.'], says: /^local-1 now says/ }),
  'memory forget': () => ({ args: ['local-1'], says: /^forgotten local-1/ }),
  'memory retract': () => ({ args: ['local-1'], exitCode: 5, says: /on this machine alone/ }),
  'memory restore': () => ({ args: ['local-1'], exitCode: 5, says: /on this machine alone/ }),
  'memory import': ({ directory }) => ({
    args: [file(directory, 'notes.txt', 'The bell rings twice.'), '--local'],
    says: /^1 remembered, 0 known, 0 refused/,
  }),
  feed: () => ({ args: ['--all'], says: /insight +Rows/ }),
  events: () => ({ args: ['--after', `${'0'.repeat(16)}-1`], typed: '', says: /is no place in this log/ }),
  'peers list': ({ peer }) => ({ says: peer }),
  'peers why': ({ peer }) => ({ args: [peer], says: /verdict +lan/ }),
  'peers unban': ({ node }) => ({ args: [node.peerId], exitCode: 4, says: /not banned/ }),
  mesh: () => ({ says: /live +lan/ }),
  sync: () => ({ args: ['--wait'], says: /in step with every connected peer/ }),
  'peers remove': ({ peer }) => ({ args: [peer], says: /^removed/ }),
  'peers add': ({ peer }) => ({ args: [peer], says: /^added/ }),
  follow: ({ author }) => ({ args: [author], says: /^following @/ }),
  unfollow: ({ author }) => ({ args: [author], says: /^not following @/ }),
  block: ({ author }) => ({ args: [author], says: /^blocked @/ }),
  unblock: ({ author }) => ({ args: [author], says: /^not blocking @/ }),
  'topics add': () => ({ args: ['sqlite'], says: /^keeping sqlite/ }),
  'topics list': () => ({ says: /^sqlite$/m }),
  'topics known': () => ({ says: /No message here has a tag/ }),
  'topics remove': () => ({ args: ['sqlite'], says: /^not keeping sqlite/ }),
  'schema add': ({ directory }) => ({
    args: [file(directory, 'reading.json', DEFINITION)],
    says: /^keeping reading\/v1/,
  }),
  'schema list': () => ({ says: /reading\/v1/ }),
  'schema show': () => ({ args: ['reading/v1'], says: /"json_schema"/ }),
  'schema validate': ({ directory }) => ({
    args: [file(directory, 'one.json', { type: 'reading' })],
    says: /^fits reading/,
  }),
  'schema remove': () => ({ args: ['reading/v1'], says: /^not keeping reading/ }),
  'hooks list': () => ({ says: /on-message/ }),
  'hooks letters': () => ({ args: ['on-message'], says: /has no dead letters/ }),
  'hooks retry': ({ hash }) => ({ args: ['on-message', hash], exitCode: 4, says: /no dead letter|not/ }),
  'hooks drop': () => ({ args: ['on-message', 'all'], says: /are gone/ }),
  'retention add': () => ({ args: ['--topic', 'chatter', '--max-age', '30d'], says: /^policy 1: of topic chatter/ }),
  'retention list': () => ({ says: /topic chatter +not older than 30d/ }),
  'retention preview': () => ({ args: ['--max-count', '1'], says: /would go +1 of 2 messages/ }),
  'retention sweep': () => ({ says: /^removed 0 expired messages/ }),
  'retention remove': () => ({ args: ['1'], says: /^policy 1 is no longer in force/ }),
  export: ({ directory }) => ({ args: [join(directory, 'all.ndjson')], says: /^The export is in/ }),
  import: ({ directory }) => ({ args: [join(directory, 'all.ndjson')], says: /^2 lines: 2 duplicate, 0 refused/ }),
  'message send': () => ({ args: ['--to', 'role:ops', 'It', 'burns'], says: /^sent [0-9a-f]{64} to role:ops/ }),
  'message inbox': () => ({ says: /^Nothing new/ }),
  'message read': ({ hash }) => ({ args: [hash.slice(0, 12)], says: /to +everybody/ }),
  'message ack': ({ hash }) => ({ args: [hash], says: `acknowledged ${hash}` }),
  'message ask': () => ({ args: ['Why?'], says: /^asked [0-9a-f]{64} to everybody/ }),
  'message answer': ({ hash }) => ({ args: [hash, 'Because.'], exitCode: 4, says: /No query/ }),
  'message questions': () => ({ args: ['--state', 'open'], says: /open +0 +Why\?/ }),
  'message thread': ({ hash }) => ({ args: [hash], says: /Nobody has answered/ }),
  'message mute': ({ author }) => ({ args: [author], says: /^muted @/ }),
  'message unmute': ({ author }) => ({ args: [author], says: /^not muted @/ }),
  'agents announce': () => ({ args: ['--name', 'Ada'], says: /^Ada is announced by [0-9a-f]{64}/ }),
  'agents list': () => ({ says: /^Ada +yes, here/m }),
  'agents say': () => ({ args: ['working', '--load', '0.5'], says: /^this node is working for 900 s/ }),
  backup: ({ directory }) => ({ args: [join(directory, 'backup')], says: /holds the log as it was/ }),
  restore: ({ directory }) => ({ args: [join(directory, 'backup')], elsewhere: true, says: /is what the backup held/ }),
  'identity export': ({ directory }) => ({
    args: [join(directory, 'me.key'), '--new-passphrase-file', file(directory, 'passphrase', 'open sesame')],
    says: /^The identity is in/,
  }),
  'identity import': ({ directory }) => ({
    args: [join(directory, 'me.key'), '--passphrase-file', join(directory, 'passphrase')],
    elsewhere: true,
    says: /lives in/,
  }),
  'identity passphrase': () => ({ args: ['--remove'], says: /kept without a passphrase/ }),
  doctor: () => ({ exitCode: 'any', says: /ok/ }),
  bugreport: ({ directory }) => ({ args: ['--output', join(directory, 'report.json')], says: /The report is in/ }),
  'logs show': () => ({ says: /configuration|network key/ }),
  'logs level': () => ({ args: ['network=debug'], says: /network +debug/ }),
  // What a service does to a machine is in service.test.ts.
  'service install': () => ({ args: ['--print', '--user'], says: /ExecStart=/ }),
  'service status': () => ({ args: ['--user', '--name', 'no-such-service'], exitCode: 4, says: /no service/ }),
  'service restart': () => ({ args: ['--user', '--name', 'no-such-service'], exitCode: 4, says: /no service/ }),
  'service uninstall': () => ({ args: ['--user', '--name', 'no-such-service'], exitCode: 4, says: /no service/ }),
  update: () => ({ args: ['--check'], exitCode: 4, says: /no source of releases/ }),
  'identity resume': () => ({ args: ['--yes'], says: /publishes from now on/ }),
  paths: ({ node }) => ({ says: join(node.dataDir, 'egregore.db') }),
  'config show': () => ({ args: ['--origin'], says: /gossip_port +7655 +default/ }),
  'config set': () => ({ args: ['log.level', 'warn'], says: /^log\.level is set/ }),
  'config validate': () => ({ says: /is accepted; it sets 1 of/ }),
  'config unset': () => ({ args: ['log.level'], says: /^log\.level is no longer set/ }),
  'config schema': () => ({ says: /"\$schema"/ }),
  connect: () => ({ args: ['claude', '--print'], says: /"mcpServers"|mcpServers/ }),
  mcp: () => ({ typed: `${JSON.stringify(INITIALIZE)}\n`, says: /"serverInfo"/ }),
  completion: () => ({ args: ['bash'], says: /complete -o default/ }),
}

const DEFINITION = { content_type: 'reading', version: 1, json_schema: { type: 'object' } }

const INITIALIZE = {
  jsonrpc: '2.0',
  id: 1,
  method: 'initialize',
  params: { protocolVersion: '2025-06-18', capabilities: {}, clientInfo: { name: 'test', version: '1' } },
}

/** Some fifty processes, one after the other. */
const PATIENCE_MS = 300_000

describe('every verb', async () => {
  const verbs = leavesOf(await buildProgram(undefined))

  test('has a row here, and every row a verb', () => {
    expect(Object.keys(ROWS).toSorted()).toEqual(verbs.map(({ path }) => path).toSorted())
  })

  test('does on a live node what it is for', { timeout: PATIENCE_MS }, async () => {
    const place = await makePlace()
    const wrong: object[] = []
    for (const [verb, rowIn] of Object.entries(ROWS)) {
      const row = rowIn(place)
      const options = verbs.find(({ path }) => path === verb)?.command.options ?? []
      const home = row.elsewhere ? temporaryDirectory() : place.node.dataDir
      const on = options.some(({ long }) => long === '--data-dir') ? ['--data-dir', home] : []
      const args = [...verb.split(' '), ...(row.args ?? []), ...on]
      const { exitCode, stdout, stderr } = await (row.typed === undefined ? runVerb(args) : runUntil(args, row))
      const isExpected = row.exitCode === 'any' || exitCode === (row.exitCode ?? 0)
      if (!isExpected || !says(stdout + stderr, row)) wrong.push({ verb, exitCode, stdout, stderr })
    }
    expect(wrong).toEqual([])
  })
})

/** Two nodes that know each other, one of them with a message, a hook and nothing to do for it. */
async function makePlace(): Promise<Place> {
  const other = await startNode()
  const node = await startNode({ flags: ['--hook-on-message', '/bin/true'] })
  await node.post('/v1/peers', { address: other.address })
  const hash = await node.publish('seen')
  await other.waitFor(hash)
  const directory = join(temporaryDirectory(), 'files')
  mkdirSync(directory)
  return { node, peer: other.address, hash, author: identityOf(2).author, directory }
}

/** A verb that goes on, until it says what it should. */
async function runUntil(args: readonly string[], row: Row): Promise<Ended> {
  const child = spawnTalkingVerb(args)
  child.stdin.write(row.typed)
  let stdout = ''
  for await (const part of child.stdout.setEncoding('utf8')) {
    stdout += part
    if (says(stdout, row)) break
  }
  child.kill('SIGKILL')
  return { exitCode: 0, stdout, stderr: '' }
}

function says(text: string, { says }: Row): boolean {
  return typeof says === 'string' ? text.includes(says) : says.test(text)
}

function file(directory: string, name: string, value: unknown): string {
  const path = join(directory, name)
  writeFileSync(path, typeof value === 'string' ? value : JSON.stringify(value))
  return path
}
