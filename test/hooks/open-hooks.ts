// Hooks over a real log: what a test needs to publish, restart and look.

import { onTestFinished } from 'vitest'
import { messageText } from '../../src/api/index.ts'
import { openHooks } from '../../src/hooks/index.ts'
import { openProjections, ProjectionRunner, projectionsOn } from '../../src/projections/index.ts'
import { SqliteCursorStore, SqliteHookStore, SqliteMailboxStore } from '../../src/store/index.ts'
import { eventually } from '../support/node-process.ts'
import { openLog } from '../support/open-log.ts'
import { SILENT } from '../support/open-network.ts'
import type { HookInit, HookState, HookStore, Hooks } from '../../src/hooks/index.ts'
import type { MessageEntry } from '../../src/log/index.ts'
import type { Projections } from '../../src/projections/index.ts'
import type { OpenLog } from '../support/open-log.ts'

/** Everything but the target as the configuration has it by default, without waiting between attempts. */
export function hookInit(init: Pick<HookInit, 'target'> & Partial<HookInit>): HookInit {
  return {
    name: 'hook',
    filter: { contentTypes: [], tags: [], authors: [], agents: [], toMe: false },
    timeoutMs: 30_000,
    retriesMax: 0,
    retryDelayMs: 0,
    concurrency: 4,
    maxAgeMs: 3_600_000,
    from: 'end',
    ...init,
  }
}

export interface OpenHooks extends OpenLog {
  hooks: Hooks
  store: OpenLog['store']
  hookStore: HookStore
  projections: Projections
  mailbox: SqliteMailboxStore
  /** Of the only hook. */
  state(): HookState
  /** Waits until the hook has nothing left to do. */
  settled(): Promise<void>
  /** Stops, and starts anew over the same log. */
  restart(changes?: Partial<HookInit>): Promise<OpenHooks>
}

/** Opens and starts one hook; it is stopped when the test ends. */
export function startHook(hook: HookInit, on: OpenLog & Partial<OpenHooks> = openLog()): OpenHooks {
  const hookStore = on.hookStore ?? new SqliteHookStore(on.database)
  const mailbox = on.mailbox ?? new SqliteMailboxStore(on.database)
  const projections = on.projections ?? startProjections(on)
  const { log, identity, clock } = on
  const hooks = openHooks(
    {
      log,
      projections,
      mailbox,
      store: hookStore,
      textOf: messageText,
      logger: SILENT,
      clock: () => clock.now,
      random: () => 0,
    },
    {
      hooks: [hook],
      identity: identity.author,
      dataDir: '/data',
      version: '1.2.3',
      apiUrl: () => 'http://127.0.0.1:7654',
    },
  )
  hooks.start()
  onTestFinished(() => hooks.stop())
  const state = (): HookState => hooks.states()[0] as HookState
  return {
    ...on,
    hooks,
    hookStore,
    projections,
    mailbox,
    state,
    settled: async () => {
      await eventually(() => {
        const { lag, underWay } = state()
        if (lag + underWay > 0) throw new Error(`${lag} behind, ${underWay} under way`)
      })
    },
    restart: async (changes = {}) => {
      await hooks.stop()
      return startHook({ ...hook, ...changes }, { ...on, hookStore, projections, mailbox })
    },
  }
}

function startProjections({ log, database, reader, clock }: OpenLog): Projections {
  const cursors = new SqliteCursorStore(database)
  const folding = new ProjectionRunner({ log, cursors, projections: projectionsOn(database), logger: SILENT })
  const projections = openProjections({ log, reader, folding, clock: () => clock.now })
  void projections.start()
  onTestFinished(() => projections.stop())
  return projections
}

export function publish(on: OpenLog, text: string, type = 'note'): Promise<MessageEntry> {
  return on.log.publish({ content: { type, text } })
}
