// Runs a node in this process until a signal ends it.

import { constants } from 'node:os'
import { inspect } from 'node:util'
import { pathsOf } from '../config/index.ts'
import { createEgregore } from '../egregore.ts'
import { LogLevels, loggerOf } from '../logger.ts'
import { storeErrorFrom } from '../store/index.ts'
import { openLogging } from './logging.ts'
import { print, printJson } from './output.ts'
import { Progress } from './progress.ts'
import { showReplay } from './replay.ts'
import { removeRuntime, writeRuntime } from './runtime-file.ts'
import { welcome } from './welcome.ts'
import type { Config } from '../config/index.ts'
import type { Egregore, EgregoreComponents } from '../egregore.ts'
import type { Logger } from '../logger.ts'
import type { PrintOptions } from './commands/start.ts'
import type { Runtime } from './runtime-file.ts'

/** interfaces.md, "Configuration": a node that is told to stop has ended after this, whatever its peers do. */
const STOP_MS_MAX = 5_000

const SIGNALS = ['SIGINT', 'SIGTERM'] as const

/** What the node is given besides its settings. */
export type NodeAbout = Pick<EgregoreComponents, 'version' | 'passphrase'>

/** Ends the process when the node has ended in order; rejects when it did not start, or not every part of it ended. */
export async function runNode(config: Config, about: NodeAbout, printing: PrintOptions): Promise<never> {
  const { version, passphrase } = about
  const progress = new Progress({ isQuiet: printing.quiet === true || !process.stderr.isTTY })
  const { logger, kept } = await openLogging(config.dataDir, printing.quiet === true, progress)
  const levels = new LogLevels(config.log.level)
  const own = loggerOf('node', logger, levels)
  tellFile(config, own)
  process.on('uncaughtException', (error) => outliveOrEnd(error, own, kept))
  const node = await createEgregore(config, { logger, levels, version, passphrase }).catch((error: unknown) => {
    kept.error({ part: 'node', err: error }, 'the node did not start')
    throw error
  })
  const runtime = runtimeOf(node, version)
  // Listened for from the first moment at which anybody can know the process.
  const signalled = nextSignal()
  await tellVerbs(node, config, runtime)
  announce(node, config, runtime, printing)
  const stopping = new AbortController()
  const shown = showReplay({
    projections: node.projections,
    progress,
    logger: loggerOf('projections', logger, levels),
    signal: stopping.signal,
  })
  own.info({ signal: await signalled }, 'node stopping')
  stopping.abort()
  await shown
  await stop(node, config, own)
  own.info({}, 'node stopped')
  // Everything is on disk and said. A timer of libp2p would hold the process for another second.
  process.exit()
}

/**
 * Where no more files can be opened, whoever asks for one is refused, and asks again: libraries do so in timers of theirs, where nobody catches.
 * After anything else the state of the process is unknown.
 */
function outliveOrEnd(error: Error, logger: Logger, kept: Logger): void {
  if (isOutOfFiles(error)) {
    logger.warn({ reason: error.message }, OUT_OF_FILES)
    return
  }
  kept.error({ part: 'node', err: error }, 'the node ended')
  process.stderr.write(`${inspect(error)}\n`)
  process.exit(1)
}

/** The numbers are Linux's and macOS's, where a library says only that. */
function isOutOfFiles(error: Error & { code?: unknown; info?: { errno?: unknown } }): boolean {
  const errno = Math.abs(Number(error.info?.errno))
  return (
    error.code === 'EMFILE' ||
    error.code === 'ENFILE' ||
    errno === constants.errno.EMFILE ||
    errno === constants.errno.ENFILE
  )
}

const OUT_OF_FILES =
  'no more files and connections can be opened: raise the limit of this process (ulimit -n; LimitNOFILE= of a service)'

function tellFile({ file }: Config, logger: Logger): void {
  if (file === undefined) return
  const { path, withoutEffect, isExposed } = file
  logger.info({ path }, 'configuration file read')
  if (isExposed) logger.warn({ path }, EXPOSED)
  if (withoutEffect.length > 0) logger.warn({ path, keys: withoutEffect }, WITHOUT_EFFECT)
}

const EXPOSED = 'the configuration file holds a secret and others can read it: give it mode 600'

const WITHOUT_EFFECT = 'these keys of the configuration file belong to the original and have no effect here'

function runtimeOf(node: Egregore, version: string): Runtime {
  return {
    pid: process.pid,
    version,
    startedAt: new Date().toISOString(),
    identity: node.identity.author,
    ...(node.apiUrl !== undefined && { api: node.apiUrl }),
    ...(node.network !== undefined && { gossipPort: node.network.port }),
  }
}

/** A node that verbs cannot find must not run on and keep its data directory locked. */
async function tellVerbs(node: Egregore, config: Config, runtime: Runtime): Promise<void> {
  try {
    writeRuntime(config.dataDir, runtime)
  } catch (error) {
    await node.stop()
    throw storeErrorFrom(error, pathsOf(config.dataDir).runtime)
  }
}

function announce(node: Egregore, config: Config, runtime: Runtime, { quiet, json }: PrintOptions): void {
  if (json) printJson({ ...runtime, multiaddrs: node.network?.multiaddrs ?? [] })
  else if (!quiet) for (const line of welcome(node, config, runtime)) print(line)
}

function nextSignal(): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    for (const signal of SIGNALS) process.once(signal, () => resolve(signal))
  })
}

/** A second signal, or a peer that keeps us waiting, ends the process at once. */
async function stop(node: Egregore, config: Config, logger: Logger): Promise<void> {
  for (const signal of SIGNALS) process.once(signal, () => process.exit(1))
  setTimeout(() => {
    logger.warn(
      { ms: STOP_MS_MAX },
      'not every part ended in time: the process ends now, and nothing acknowledged is lost',
    )
    process.exit(1)
  }, STOP_MS_MAX).unref()
  await node.stop()
  removeRuntime(config.dataDir)
}
