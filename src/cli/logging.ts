// The log of a running node on stderr: readable lines on a terminal, JSON elsewhere.

import { destination, pino } from 'pino'
import pretty from 'pino-pretty'
import type { Config } from '../config/index.ts'
import type { Logger } from '../logger.ts'

const STDERR = 2

/** A logger at this level. */
export function createLogger(level: Config['log']['level'], isTerminal: boolean = process.stderr.isTTY): Logger {
  const stream = isTerminal
    ? pretty({ destination: STDERR, sync: true, ignore: 'pid,hostname', translateTime: 'HH:MM:ss' })
    : destination({ dest: STDERR, sync: true })
  return pino({ level, base: null }, stream)
}
