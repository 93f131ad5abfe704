// What a check is, and what it finds.

import type { StatusData } from '../../api/index.ts'
import type { LoadedConfig } from '../../config/index.ts'
import type { Paths } from '../../data-directory.ts'
import type { Holder } from '../../store/index.ts'
import type { NodeClient } from '../client.ts'
import type { CliError } from '../errors.ts'
import type { Runtime } from '../runtime-file.ts'

/** `skipped`: it could not be told, and `found` says why. */
export type Verdict = 'ok' | 'warning' | 'failed' | 'skipped'

/** What a check found. */
export interface Finding {
  verdict: Verdict
  found: string
  /** What to do; absent when nothing is. */
  advice?: string
  /** Of several things that one check looks at: which. */
  about?: string
  /** Mends it, where that risks nothing, and says what it did. */
  mend?: () => string | Promise<string>
}

/** What every check is given: the node of one data directory, as it is now. */
export interface Patient {
  paths: Paths
  /** Of this software. */
  version: string
  /** The settings that a start would have now, or why it would have none. */
  settings: LoadedConfig | Error
  runtime: Runtime | undefined
  /** Who holds the data directory. */
  holder: Holder
  /** The running node; undefined when none answers. */
  node: { client: NodeClient; status: StatusData } | undefined
  /** Why no node is asked. */
  whyNoNode: CliError | undefined
}

/** One thing that is looked at. */
export interface Check {
  /** As --json has it. */
  name: string
  title: string
  /** When it has not answered, it is skipped. */
  timeoutMs: number
  /** @param signal - aborts when time is up; whatever was begun then ends */
  run(patient: Patient, signal: AbortSignal): Finding | Finding[] | Promise<Finding | Finding[]>
}

/** For what takes no time. */
export const SHORT_MS = 5_000

/** For what reads a database, or waits for peers: the whole run takes no longer. */
export const LONG_MS = 10_000

export const ok = (found: string): Finding => ({ verdict: 'ok', found })

export const skipped = (found: string): Finding => ({ verdict: 'skipped', found })
