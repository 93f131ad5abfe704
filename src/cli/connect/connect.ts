// Puts one server into the file of a client, and takes it out again. Everything else in the file belongs to others and stays.

import { isDeepStrictEqual } from 'node:util'
import { CliError } from '../errors.ts'
import { entryIn, isBare, saysTheSame, withEntry } from './entries.ts'
import { TextError } from './text-error.ts'
import type { Client } from './client.ts'
import type { ClientFile } from './client-file.ts'
import type { Entry } from './entries.ts'
import type { Connection, ConnectionRecord } from './record.ts'

/** What is written where. */
export interface Place {
  client: Client
  file: ClientFile
  record: ConnectionRecord
  /** Of the server, in the file. */
  name: string
}

/** What became of it. `unchanged`: it stood there already. */
export type Connected = 'connected' | 'unchanged'

/** `gone`: it was taken out by somebody else. */
export type Disconnected = 'disconnected' | 'gone'

/**
 * Puts an entry in; what stood under its name is remembered.
 *
 * @throws CliError 1 `CLIENT_FILE_UNREADABLE`, `CLIENT_FILE_BROKEN`, `CLIENT_FILE_RIGID`; nothing was changed then
 */
export function connect(place: Place, entry: Entry): Connected {
  const { file, record, name } = place
  const text = file.read()
  const current = entryOf(place, text ?? '')
  if (isDeepStrictEqual(current, asRead(entry))) return 'unchanged'
  const after = draft(place, text ?? '', entry)
  const known = record.find(file.path, name)
  const isOurs = known !== undefined && isDeepStrictEqual(current, known.wrote)
  if (!isOurs && text !== undefined) file.keep(text)
  // First, so that whatever we wrote can be taken back.
  record.keep(connectionOf(place, entry, isOurs ? known : { before: current, created: text === undefined }))
  file.write(after)
  return 'connected'
}

/**
 * Takes back what {@link connect} wrote.
 *
 * @throws CliError 4 `NOT_CONNECTED`; 5 `CHANGED_SINCE` when somebody has changed it; and as {@link connect}
 */
export function disconnect(place: Place): Disconnected {
  const { file, record, name } = place
  const known = record.find(file.path, name)
  if (known === undefined)
    throw new CliError(4, 'NOT_CONNECTED', `"egregore connect" wrote no ${name} into ${file.path}.`)
  const text = file.read()
  const current = text === undefined ? undefined : entryOf(place, text)
  if (text !== undefined && current !== undefined) takeBack(place, text, current, known)
  record.drop(known)
  return current === undefined ? 'gone' : 'disconnected'
}

function takeBack(place: Place, text: string, current: Entry, { wrote, before, created }: Connection): void {
  const { client, file, name } = place
  if (!isDeepStrictEqual(current, wrote)) {
    const message = `${name} in ${file.path} was changed since, and stays as it is. Take it out by hand.`
    throw new CliError(5, 'CHANGED_SINCE', message)
  }
  const after = draft(place, text, before)
  const kept = file.kept()
  if (created && isBare(client, after)) file.remove()
  else if (kept !== undefined && saysTheSame(client, kept, after)) {
    // Then its very text comes back.
    file.write(kept)
    file.dropBackup()
  } else file.write(after)
}

function connectionOf(
  { file, name }: Place,
  entry: Entry,
  { before, created }: { before?: Entry | undefined; created: boolean },
): Connection {
  return { path: file.path, name, wrote: asRead(entry), ...(before !== undefined && { before }), created }
}

/** As it comes back from a file. */
function asRead(entry: Entry): Record<string, unknown> {
  return JSON.parse(JSON.stringify(entry)) as Record<string, unknown> // It was an object.
}

function entryOf({ client, file, name }: Place, text: string): Entry | undefined {
  try {
    const found = entryIn(client, text, name)
    return found === undefined ? undefined : asRead(found)
  } catch (error) {
    if (!(error instanceof TextError)) throw error
    const message = `${file.path}:${error.line}:${error.column}: ${error.message}. Nothing was changed; mend it, or use --print.`
    throw new CliError(1, 'CLIENT_FILE_BROKEN', message, { cause: error })
  }
}

function draft({ client, file, name }: Place, text: string, entry: Entry | undefined): string {
  const after = withEntry(client, text, name, entry)
  if (after !== undefined) return after
  const message = `${file.path} is written in a way in which ${name} cannot be changed without touching something else. Nothing was changed; use --print.`
  throw new CliError(1, 'CLIENT_FILE_RIGID', message)
}
