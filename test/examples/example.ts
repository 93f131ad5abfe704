// What the tests of examples have in common: a live node, a stranger who asks it things, and a home of the test's own.

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { delimiter, dirname, join } from 'node:path'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { formatTimestamp, sealMessage, signedText } from '../../src/feed/index.ts'
import { identityOf } from '../support/open-log.ts'
import { temporaryDirectory } from '../support/temporary.ts'
import type { FeedHead, SealedMessage } from '../../src/feed/index.ts'
import type { AnsweredMessage, NodeProcess } from '../support/node-process.ts'

/** Path of a file of the examples. */
export function example(path: string): string {
  return fileURLToPath(new URL(`../../examples/${path}`, import.meta.url))
}

let strangers = 100

/** Somebody else in the mesh. */
export class Stranger {
  readonly #identity
  #head: FeedHead = { sequence: 0, hash: undefined }

  /** @param seed - when absent, somebody whom no test has met: a node may be shared by many. */
  constructor(seed = ++strangers) {
    this.#identity = identityOf(seed)
  }

  get author(): string {
    return this.#identity.author
  }

  /** A message that the node has from now on. */
  async say(node: NodeProcess, content: unknown, timestamp = Date.now()): Promise<SealedMessage> {
    const sealed = sealMessage({ content }, this.#head, formatTimestamp(timestamp), this.#identity)
    this.#head = sealed
    await node.post('/v1/import', { messages: [signedText(sealed)] })
    return sealed
  }

  ask(node: NodeProcess, question: string, more: object = {}): Promise<SealedMessage> {
    return this.say(node, { type: 'query', question, ...more })
  }
}

/** A home directory with commands of the test's own in front of all others. */
export class Home {
  readonly path = temporaryDirectory()

  /** Makes a command that examples find in PATH. */
  command(name: string, script: string): void {
    writeFileSync(join(this.path, name), `#!/bin/sh\n${script}\n`, { mode: 0o755 })
  }

  write(name: string, content: string): string {
    writeFileSync(join(this.path, name), content)
    return join(this.path, name)
  }

  exists(name: string): boolean {
    return existsSync(join(this.path, name))
  }

  /** Empty while it is not there. */
  read(name: string): string {
    return this.exists(name) ? readFileSync(join(this.path, name), 'utf8') : ''
  }

  get environment(): Record<string, string> {
    const path = [this.path, process.env.PATH ?? '', dirname(process.execPath)].join(delimiter)
    return { HOME: this.path, PATH: path, OUT: this.path }
  }
}

export interface Ran {
  exitCode: number | null
  stdout: string
  stderr: string
}

/** Runs a program to its end. */
export async function run(
  path: string,
  args: readonly string[],
  env: Record<string, string>,
  input = '',
): Promise<Ran> {
  const child = spawn(path, args, { env })
  child.stdin.on('error', () => {})
  child.stdin.end(input)
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')])
  return { exitCode: child.exitCode, stdout, stderr }
}

/** Runs a command hook for a message, as the node would. */
export async function callHook(
  path: string,
  node: NodeProcess,
  message: Pick<AnsweredMessage, 'hash'>,
  env: Record<string, string>,
): Promise<Ran> {
  const { data } = await node.get<AnsweredMessage>(`/v1/message/${message.hash}`)
  const facts = {
    EGREGORE_HASH: message.hash,
    EGREGORE_AUTHOR: data.author,
    EGREGORE_CONTENT_TYPE: String(data.content.type),
    EGREGORE_IDENTITY: node.author,
    EGREGORE_API: node.api,
    EGREGORE_DATA_DIR: node.dataDir,
  }
  return run(path, [], { ...facts, ...env }, `${JSON.stringify(data)}\n`)
}

/** The answers that the node's own feed has to a message. */
export async function answersTo(node: NodeProcess, hash: string): Promise<AnsweredMessage[]> {
  const { data } = await node.get(`/v1/feed?relates=${hash}&include_self=true`)
  return data
}
