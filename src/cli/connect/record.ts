// What egregore connect wrote, in the data directory: --undo takes back that and nothing else.

import { existsSync, mkdirSync, readFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { z } from 'zod'
import { writeWhole } from '../../util/index.ts'
import { CliError } from '../errors.ts'

const entry = z.record(z.string(), z.unknown())

const connectionSchema = z.object({
  /** Of the client's file. */
  path: z.string(),
  /** Under which the server stands in it. */
  name: z.string(),
  wrote: entry,
  /** What stood there before; absent when nothing did. */
  before: entry.optional(),
  /** Whether there was no file. */
  created: z.boolean(),
})

/** One server in one file. */
export type Connection = z.output<typeof connectionSchema>

/** Files that one node is connected in; more is no list of ours. */
const CONNECTIONS_MAX = 1_000

const recordSchema = z.array(connectionSchema).max(CONNECTIONS_MAX)

/** The list of one node. */
export class ConnectionRecord {
  readonly #path: string

  constructor(path: string) {
    this.#path = path
  }

  find(path: string, name: string): Connection | undefined {
    return this.#read().find((one) => one.path === path && one.name === name)
  }

  keep(connection: Connection): void {
    this.#write([...this.#without(connection), connection])
  }

  drop(connection: Pick<Connection, 'path' | 'name'>): void {
    this.#write(this.#without(connection))
  }

  #without({ path, name }: Pick<Connection, 'path' | 'name'>): Connection[] {
    return this.#read().filter((one) => one.path !== path || one.name !== name)
  }

  #read(): Connection[] {
    if (!existsSync(this.#path)) return []
    try {
      return recordSchema.parse(JSON.parse(readFileSync(this.#path, 'utf8')))
    } catch (error) {
      const message = `${this.#path} does not list connections: ${(error as Error).message}. Remove it, and mend the files of clients by hand.`
      throw new CliError(1, 'CONNECTIONS_UNREADABLE', message, { cause: error })
    }
  }

  #write(connections: readonly Connection[]): void {
    mkdirSync(dirname(this.#path), { recursive: true, mode: 0o700 })
    writeWhole(this.#path, `${JSON.stringify(connections, undefined, 2)}\n`, 0o600)
  }
}
