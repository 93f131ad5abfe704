// One line of the log on disk: read with care, because a crash may have cut it, asked for by level, part and time, and shown to a person.

import { styleText } from 'node:util'
import { z } from 'zod'
import { jsonText, plain } from '../output.ts'
import type { Level, Part } from '../../logger.ts'

/** pino's numbers. */
const RANKS: Readonly<Record<Level, number>> = {
  debug: 20,
  info: 30,
  warn: 40,
  error: 50,
  silent: Number.POSITIVE_INFINITY,
}

/** ECMAScript's last moment, less the day by which a wall clock may be ahead of it. */
const TIME_MAX = 8.64e15 - 86_400_000

const lineSchema = z.looseObject({
  level: z.number(),
  /** Milliseconds since 1970, as far as dates reach. */
  time: z.number().min(0).max(TIME_MAX),
  part: z.string().optional(),
  msg: z.string().default(''),
})

/** A line, with its facts beside what every line has. */
export type LogLine = z.output<typeof lineSchema>

/** Which lines are asked for. */
export interface LinesAsked {
  /** Of this level or one that matters more. */
  level: Level
  part?: Part | undefined
  /** Milliseconds since 1970. */
  since?: number | undefined
}

/** Undefined for a text that is no whole line. */
export function parseLogLine(text: string): LogLine | undefined {
  try {
    return lineSchema.safeParse(JSON.parse(text)).data
  } catch {
    return undefined
  }
}

export function isAskedFor(line: LogLine, { level, part, since }: LinesAsked): boolean {
  return line.level >= RANKS[level] && (part === undefined || line.part === part) && line.time >= (since ?? 0)
}

/** `2026-11-27 19:02:25 warn  network  peer disconnected  peer=12D3… code=WIRE_TIMEOUT` */
export function shownLine({ level, time, part = '', msg, ...facts }: LogLine): string {
  const word = wordOf(level)
  const head = `${styleText('dim', localTime(time))} ${styleText(COLOURS[word], word.padEnd(5))} ${plain(part).padEnd(11)}`
  const shown = Object.entries(facts).map(([name, value]) => `${name}=${factText(value)}`)
  return `${head} ${plain(msg)}${shown.length === 0 ? '' : styleText('dim', `  ${plain(shown.join(' '))}`)}`
}

const COLOURS = { debug: 'dim', info: 'green', warn: 'yellow', error: 'red' } as const

function wordOf(level: number): keyof typeof COLOURS {
  if (level >= RANKS.error) return 'error'
  if (level >= RANKS.warn) return 'warn'
  return level >= RANKS.info ? 'info' : 'debug'
}

/** The clock on the wall of whoever reads. */
function localTime(time: number): string {
  const at = new Date(time)
  return new Date(time - at.getTimezoneOffset() * 60_000).toISOString().slice(0, 19).replace('T', ' ')
}

/** An error by its words; its stack is for --json. */
function factText(value: unknown): string {
  if (typeof value === 'string') return value
  if (typeof value === 'object' && value !== null && 'message' in value) return String(value.message)
  return jsonText(value)
}
