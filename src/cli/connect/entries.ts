// Servers in the text of a client's file: what stands there, and the text with one put in, changed or taken out. Everything else stays as it is.

import { isDeepStrictEqual } from 'node:util'
import { jsonEntries } from './json-entries.ts'
import { TextError } from './text-error.ts'
import { tomlEntries } from './toml-entries.ts'
import type { Client } from './client.ts'

/** A server as a client writes it. */
export type Entry = Readonly<Record<string, unknown>>

/** One way of writing. Both throw a `TextError` for a text that cannot be read. */
export interface Entries {
  /** The whole text as a value; an empty text is an empty one. */
  read(text: string): Record<string, unknown>
  /** A draft: whoever uses it looks whether it says what it should. Undefined takes the entry out. */
  write(text: string, section: string, name: string, entry: Entry | undefined): string
  /** Alone, to be pasted. */
  print(section: string, name: string, entry: Entry): string
}

const FORMATS: Readonly<Record<Client['format'], Entries>> = { json: jsonEntries, toml: tomlEntries }

/** The entry of a name. */
export function entryIn(client: Client, text: string, name: string): Entry | undefined {
  return sectionOf(FORMATS[client.format].read(text), client.section)[name]
}

/**
 * The text with another entry under a name.
 *
 * @returns undefined when it stands there in a way that cannot be changed without touching something else
 */
export function withEntry(client: Client, text: string, name: string, entry: Entry | undefined): string | undefined {
  const { read, write } = FORMATS[client.format]
  const before = read(text)
  const { [name]: _, ...others } = sectionOf(before, client.section)
  const wanted = { ...before, [client.section]: { ...others, ...(entry !== undefined && { [name]: entry }) } }
  try {
    const after = write(text, client.section, name, entry)
    return isSame(read(after), wanted, client.section) ? after : undefined
  } catch (error) {
    if (error instanceof TextError) return undefined
    throw error
  }
}

/** The entry alone, as it would stand in the file. */
export function printedEntry({ format, section }: Client, name: string, entry: Entry): string {
  return FORMATS[format].print(section, name, entry)
}

/** Whether nothing is left of a file but its empty frame. */
export function isBare({ format, section }: Client, text: string): boolean {
  return isSame(FORMATS[format].read(text), {}, section) && !/\/\/|\/\*|#/.test(text)
}

/** Whether two texts differ in their writing alone. One that cannot be read says something else. */
export function saysTheSame({ format, section }: Client, one: string, other: string): boolean {
  const { read } = FORMATS[format]
  try {
    return isSame(read(one), read(other), section)
  } catch (error) {
    if (error instanceof TextError) return false
    throw error
  }
}

/** An empty section says as much as none. */
function isSame(one: Record<string, unknown>, other: Record<string, unknown>, section: string): boolean {
  const whole = (value: Record<string, unknown>) =>
    JSON.parse(JSON.stringify({ ...value, [section]: sectionOf(value, section) }))
  return isDeepStrictEqual(whole(one), whole(other))
}

function sectionOf(value: Record<string, unknown>, section: string): Record<string, Entry> {
  const found = value[section] ?? {}
  if (typeof found !== 'object' || Array.isArray(found)) throw new TextError(`"${section}" is no section`, 1, 1)
  return found as Record<string, Entry> // Entries of others are never looked into.
}
