// What values settings have. Each type says what it expects as its error; whoever reports it adds where it stood and what was found.

import { isIP } from 'node:net'
import { z } from 'zod'
import { expandHome } from '../data-directory.ts'
import { LEVELS, LEVELS_TEXT } from '../logger.ts'

/** A whole number between limits, both included. */
export function wholeNumber(least: number, most: number): z.ZodType<number> {
  const error = `expected a whole number from ${least} to ${most}`
  return z.int(error).min(least, error).max(most, error)
}

/** A TCP port; 0 picks a free one. */
export const port = wholeNumber(0, 65_535)

/** A span of at most a day. */
export const seconds = wholeNumber(1, 86_400)

/** Storage; up to 16 TiB. */
export const mebibytes = wholeNumber(1, 16_777_216)

export const yesOrNo = z.boolean('expected true or false')

/** One of some words. */
export function oneOf<const Words extends readonly [string, ...string[]]>(words: Words): z.ZodType<Words[number]> {
  return z.enum(words, `expected ${words.join(', ')}`)
}

/** A text that is not empty. */
export function text(most: number, whenEmpty = 'expected a text that is not empty'): z.ZodString {
  return z.string('expected a text in quotes').min(1, whenEmpty).max(most, `expected at most ${most} characters`)
}

/** An IPv4 or IPv6 address. */
export const ipAddress = text(64).refine((given) => isIP(given) !== 0, 'expected an IP address')

/** Entries in order; configurations of thousands of entries are mistakes. */
export function list<Value>(entry: z.ZodType<Value>, most = 1_000): z.ZodArray<z.ZodType<Value>> {
  return z.array(entry, 'expected a list').max(most, `expected at most ${most} entries`)
}

const TOKEN = 'expected 16 to 512 letters, digits or any of . _ ~ + / -'

/** RFC 6750 §2.1, of a length that nobody guesses. */
export const bearerToken = z.string(TOKEN).regex(/^[A-Za-z0-9._~+/-]{16,512}=*$/, TOKEN)

const HOST_NAME = 'expected a host name without a port, such as desk.example.org'

/** A name by which this machine is called, in the one spelling that names are compared in. */
export const hostName = z
  .string(HOST_NAME)
  .max(253, HOST_NAME)
  .toLowerCase()
  .regex(/^(?:\[[0-9a-f:.]+\]|[a-z0-9_-]+(?:\.[a-z0-9_-]+)*)$/, HOST_NAME)

const ORIGIN = 'expected an origin as browsers send it, such as http://localhost:3000'

/** Where a web page comes from. */
export const webOrigin = z
  .string(ORIGIN)
  .max(300, ORIGIN)
  .refine((given) => URL.canParse(given) && new URL(given).origin === given, ORIGIN)

const LOG_LEVELS = `expected ${LEVELS.join(', ')}, or one for each part, such as network=debug,warn`

/** Levels of the log. */
export const logLevels = z.string(LOG_LEVELS).max(200, LOG_LEVELS).regex(LEVELS_TEXT, LOG_LEVELS)

const PATH_CHARACTERS_MAX = 4_096

/** A path; `~/` is the home directory. */
export const path = text(PATH_CHARACTERS_MAX)
  .refine(
    (given) => !/^~[^/]/.test(given),
    'expected a path: ~ stands only before /, or write ./~ for a name that begins with it',
  )
  .transform(expandHome)
