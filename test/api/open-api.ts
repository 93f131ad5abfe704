// An API over a real log, called without a socket.

import { expect, onTestFinished } from 'vitest'
import { createApi, messageText } from '../../src/api/index.ts'
import { Reviewer } from '../../src/content/index.ts'
import { openHooks } from '../../src/hooks/index.ts'
import { Erasing, Retention } from '../../src/log/index.ts'
import { LogLevels } from '../../src/logger.ts'
import { Memories } from '../../src/memory/index.ts'
import { openProjections, ProjectionRunner, projectionsOn } from '../../src/projections/index.ts'
import {
  Backups,
  SqliteCursorStore,
  SqliteHookStore,
  SqliteLocalMemoryStore,
  SqliteMailboxStore,
  SqlitePolicyStore,
} from '../../src/store/index.ts'
import { openLog, TEST_NOW } from '../support/open-log.ts'
import { SILENT } from '../support/open-network.ts'
import { openSchemas } from '../support/open-schemas.ts'
import { temporaryDirectory } from '../support/temporary.ts'
import type { Api, ApiComponents } from '../../src/api/index.ts'
import type { Network } from '../../src/network/index.ts'
import type { Projections } from '../../src/projections/index.ts'
import type { OpenLog } from '../support/open-log.ts'

/** What the API answers, read. */
export interface Answered {
  status: number
  headers: Headers
  /** As it was sent. */
  text: string
  success: boolean
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers of every shape.
  data: any
  error: { code: string; message: string; details: { field: string; message: string }[] }
  metadata: {
    total?: number
    limit: number
    offset: number
    next?: string
    warnings?: { code: string; field: string; message: string }[]
  }
}

export interface OpenApi extends OpenLog {
  api: Api
  projections: Projections
  /** Facts that were logged as errors. */
  errors: object[]
  get(path: string, headers?: Record<string, string>): Promise<Answered>
  /** @param body - JSON text as it is sent; anything else is written as JSON */
  post(path: string, body: unknown, headers?: Record<string, string>): Promise<Answered>
  call(method: string, path: string, init?: RequestInit): Promise<Answered>
}

export interface OpenApiInit extends Partial<ApiComponents> {
  /** The node to stand on; without one, an empty log and no network. */
  on?: OpenLog & { network?: Network }
}

export function openApi({ on = openLog(), ...changes }: OpenApiInit = {}): OpenApi {
  const { log, identity, clock, network, database, reader } = on
  const cursors = new SqliteCursorStore(database)
  const folding = new ProjectionRunner({ log, cursors, projections: projectionsOn(database), logger: SILENT })
  const projections = openProjections({ log, reader, folding, clock: () => clock.now })
  void projections.start()
  onTestFinished(() => projections.stop())
  const mailbox = new SqliteMailboxStore(database)
  const hooks = openHooks(
    {
      log,
      projections,
      mailbox,
      store: new SqliteHookStore(database),
      textOf: messageText,
      logger: SILENT,
      clock: () => clock.now,
      random: () => 0,
    },
    { hooks: [], identity: identity.author, dataDir: '.', version: '1.2.3', apiUrl: () => undefined },
  )
  const schemas = openSchemas({ database })
  const reviewer = new Reviewer({ schemas })
  const erasing = new Erasing({ log, lists: projections, held: on.store, logger: SILENT })
  const errors: object[] = []
  const api = createApi({
    log,
    identity,
    network,
    projections,
    hooks,
    schemas,
    reviewer,
    clock: () => clock.now,
    logger: { ...SILENT, error: (facts) => errors.push(facts) },
    levels: new LogLevels('info'),
    callers: { hosts: [], origins: [] },
    retention: new Retention(
      {
        log,
        policyStore: new SqlitePolicyStore(database),
        lists: projections,
        held: on.store,
        clock: () => clock.now,
        logger: SILENT,
      },
      { enabled: true, intervalMs: 3_600_000 },
    ),
    storage: {
      state: 'unchecked',
      findings: [],
      writeFailure: undefined,
      walFailure: undefined,
      refuseWhenDamaged: () => {},
    },
    erasing,
    memories: new Memories({
      log,
      projections,
      reviewer,
      erasing,
      local: new SqliteLocalMemoryStore(database, reader),
      clock: () => clock.now,
    }),
    mailbox,
    disk: { used: () => 4_096, free: () => 1_048_576 },
    backups: new Backups(database, temporaryDirectory(), () => clock.now),
    stopping: new AbortController().signal,
    about: {
      version: '1.2.3',
      port: () => 7654,
      startedAt: TEST_NOW,
      networkKey: 'a test network',
      isDefaultNetworkKey: false,
    },
    ...changes,
  })
  const call = async (method: string, path: string, init: RequestInit = {}): Promise<Answered> => {
    const answer = await read(await api.request(path, { method, ...init }))
    await expectDocumented(api, method, path, answer)
    return answer
  }
  return {
    ...on,
    projections,
    api,
    errors,
    call,
    get: (path, headers = {}) => call('GET', path, { headers }),
    post: async (path, body, headers = {}) => {
      const answer = await call('POST', path, {
        body: typeof body === 'string' ? body : JSON.stringify(body),
        headers: { 'content-type': 'application/json', ...headers },
      })
      // The API waits only for a moment itself.
      await projections.settled(log.cursor().offset)
      return answer
    },
  }
}

async function read(response: Response): Promise<Answered> {
  const { status, headers } = response
  const text = await response.text()
  return { status, headers, text, ...(text === '' ? {} : JSON.parse(text)) }
}

/** Whatever a test is about: a code that an operation answers stands in what /openapi.json says of it. */
async function expectDocumented(api: Api, method: string, path: string, { status, error }: Answered): Promise<void> {
  if (error === undefined) return
  const { pathname } = new URL(path, 'http://localhost')
  const codes = await codesOf(api, method, pathname)
  if (codes === undefined) return
  expect(codes[status], `${method} ${pathname} answers ${status} ${error.code}`).toContain(error.code)
}

/** The codes of an operation by status, or undefined when there is none at this place. */
async function codesOf(api: Api, method: string, path: string): Promise<Record<number, string[]> | undefined> {
  documented ??= Promise.resolve(api.request('/openapi.json')).then(
    (response) => response.json() as Promise<Documented>,
  )
  const { paths } = await documented
  const fitting = Object.keys(paths).filter((template) => patternOf(template).test(path))
  const [exact] = fitting.sort((one, other) => one.split('{').length - other.split('{').length)
  const operation = paths[exact ?? '']?.[method.toLowerCase()]
  if (operation === undefined) return undefined
  const codes = Object.entries(operation.responses).map(([status, { content }]) => [
    status,
    Object.keys(content?.['application/json']?.examples ?? {}),
  ])
  return Object.fromEntries(codes)
}

/** The same of every API, and not made for each call anew. */
let documented: Promise<Documented> | undefined

interface Documented {
  paths: Record<
    string,
    Record<string, { responses: Record<string, { content?: Record<string, { examples?: object }> }> }>
  >
}

function patternOf(template: string): RegExp {
  return new RegExp(`^${template.replace(/\{\w+\}$/, '[^]+').replaceAll(/\{\w+\}/g, '[^/]+')}$`)
}
