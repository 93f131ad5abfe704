// The log of a running node: on stderr, in readable lines on a terminal and JSON elsewhere, and in files of the data directory, where the
// lines before yesterday's crash still stand.

import { Writable } from 'node:stream'
import { multistream, pino } from 'pino'
import { pathsOf } from '../data-directory.ts'
import { RotatingFile } from './logs/index.ts'
import type { Logger } from '../logger.ts'
import type { Progress } from './progress.ts'

/** What waits for whoever reads stderr: beyond it, lines go to the files alone. */
const UNREAD_BYTES_MAX = 1024 * 1024

/** A log that is written to. */
export interface OpenLogging {
  /** Takes every line; who writes to it asks for the level. */
  logger: Logger
  /** The files alone: for what is said on stderr in other words. */
  kept: Logger
}

/**
 * @param quiet - whether stderr is told of errors alone
 * @param progress - what may be drawn on a terminal meanwhile
 */
export async function openLogging(dataDir: string, quiet: boolean, progress: Progress): Promise<OpenLogging> {
  const files = new RotatingFile(pathsOf(dataDir).log)
  const streams = [
    {
      level: quiet ? 'error' : 'debug',
      stream: process.stderr.isTTY ? await linesAbove(progress) : onStderr(),
    },
    { level: 'debug', stream: files },
  ]
  const options = { level: 'debug', base: null }
  return { logger: pino(options, multistream(streams)), kept: pino(options, files) }
}

/** A pipe that nobody reads any more must neither hold the node up, as a write that waits for it would, nor end it. */
function onStderr(): { write(line: string): void } {
  process.stderr.on('error', () => {})
  return {
    write: (line) => {
      if (process.stderr.writableLength < UNREAD_BYTES_MAX) process.stderr.write(line)
    },
  }
}

/** In readable lines. */
async function linesAbove(progress: Progress): Promise<NodeJS.WritableStream> {
  // Loaded only here: a service would wait for words that nobody sees.
  const { default: pretty } = await import('pino-pretty')
  const terminal = new Writable({
    write: (text, _, next) => {
      progress.write(String(text))
      next()
    },
  })
  return pretty({ destination: terminal, ignore: 'pid,hostname', translateTime: 'HH:MM:ss' })
}
