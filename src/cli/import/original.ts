// The data directory of the original egregore: its messages stand in its database as the API answers them, so they are read like an export.

import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Line } from './lines.ts'

/** Its database, when this is its data directory or that file; undefined when it is something else. */
export async function originalDatabase(path: string): Promise<string | undefined> {
  const file = existsSync(join(path, 'egregore.db')) ? join(path, 'egregore.db') : path
  return (await isOriginal(file)) ? file : undefined
}

async function isOriginal(path: string): Promise<boolean> {
  const { default: Database } = await import('better-sqlite3')
  try {
    const database = new Database(path, { readonly: true, fileMustExist: true })
    const column = database.prepare("SELECT 1 FROM pragma_table_info('messages') WHERE name = 'raw_json'").get()
    database.close()
    return column !== undefined
  } catch {
    return false // No database: a file of lines, or nothing at all, which reading it will say.
  }
}

/** Its messages, feed by feed, each in order. Nothing is written there. */
export async function* originalLines(path: string): AsyncGenerator<Line> {
  const { default: Database } = await import('better-sqlite3')
  const database = new Database(path, { readonly: true, fileMustExist: true })
  try {
    const rows = database.prepare('SELECT raw_json FROM messages ORDER BY author, sequence').pluck().iterate()
    let number = 1
    for (const text of rows) yield { number: number++, text: String(text) }
  } finally {
    database.close()
  }
}
