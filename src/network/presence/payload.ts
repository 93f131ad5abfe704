// A beat as bytes and as a value. Schema: protocols/presence/1/presence.proto.

import { hash as digest } from 'node:crypto'
import { AGENT_LENGTH_MAX, isSlug, isText, STATUS_TEXT_LENGTH_MAX } from '../../content/index.ts'
import { authorFromKey, FeedError, keyFromAuthor, SIGNATURE_BYTES } from '../../feed/index.ts'
import { ProtobufError, ProtobufReader, ProtobufWriter } from '../protobuf.ts'
import { AGENTS_MAX } from './constants.ts'
import type { Author, Hash, Identity } from '../../feed/index.ts'

/** How a node or an agent is. */
export interface Statement {
  /** A slug, such as idle, working or away. */
  status: string
  /** One line. */
  text?: string | undefined
  /** From 0 to 1. */
  load?: number | undefined
}

/** What a node says at one moment. */
export interface Beat {
  /** Milliseconds since 1970. */
  time: number
  /** Undefined when it leaves. */
  node: Statement | undefined
  /** By name. */
  agents: ReadonlyMap<string, Statement>
}

/** A beat as it came: nothing of it is true before the signature is checked over the hash. */
export interface SignedBeat {
  author: Author
  hash: Hash
  signature: Uint8Array
  beat: Beat
}

const KEY_BYTES = 32
const LOAD_UNITS = 1_000

/** §2. */
function hashOf(body: Uint8Array, discriminator: string): Hash {
  return digest('sha256', Buffer.concat([Buffer.from(`egregore presence 1\0${discriminator}\0`), body]), 'hex')
}

export function encodeBeat(beat: Beat, identity: Identity, discriminator: string): Uint8Array {
  const body = bodyOf(beat)
  const writer = new ProtobufWriter()
  writer.bytes(1, keyFromAuthor(identity.author))
  writer.bytes(2, body)
  writer.bytes(3, identity.sign(hashOf(body, discriminator)))
  return writer.finish()
}

function bodyOf({ time, node, agents }: Beat): Uint8Array {
  const writer = new ProtobufWriter()
  writer.integer(1, time)
  if (node !== undefined) writer.message(2, () => writeState(writer, node))
  for (const [name, statement] of agents) {
    writer.message(3, () => {
      writer.text(1, name)
      writer.message(2, () => writeState(writer, statement))
    })
  }
  return writer.finish()
}

function writeState(writer: ProtobufWriter, { status, text, load }: Statement): void {
  writer.text(1, status)
  if (text !== undefined) writer.text(2, text)
  if (load !== undefined) writer.integer(3, Math.round(load * LOAD_UNITS))
}

/** Undefined for what is none. */
export function decodeBeat(bytes: Uint8Array, discriminator: string): SignedBeat | undefined {
  try {
    return readPresence(new ProtobufReader(bytes), discriminator)
  } catch (error) {
    if (error instanceof ProtobufError || error instanceof FeedError) return undefined
    throw error
  }
}

function readPresence(reader: ProtobufReader, discriminator: string): SignedBeat {
  let author: Author | undefined
  let body: Uint8Array | undefined
  let signature: Uint8Array | undefined
  for (let field = reader.field(); field !== 0; field = reader.field()) {
    if (field === 1) author = authorFromKey(reader.bytesOf(KEY_BYTES))
    else if (field === 2) body = reader.bytes()
    else if (field === 3) signature = reader.bytesOf(SIGNATURE_BYTES)
    else reader.skip()
  }
  const signed = required(body)
  const beat = readBody(new ProtobufReader(signed))
  return { author: required(author), hash: hashOf(signed, discriminator), signature: required(signature), beat }
}

function readBody(reader: ProtobufReader): Beat {
  let time: number | undefined
  let node: Statement | undefined
  const agents = new Map<string, Statement>()
  for (let field = reader.field(); field !== 0; field = reader.field()) {
    if (field === 1) time = reader.integer()
    else if (field === 2) node = readState(reader.message())
    else if (field === 3) addAgent(agents, reader.message())
    else reader.skip()
  }
  return { time: required(time), node, agents }
}

function addAgent(agents: Map<string, Statement>, reader: ProtobufReader): void {
  let name: string | undefined
  let state: Statement | undefined
  for (let field = reader.field(); field !== 0; field = reader.field()) {
    if (field === 1) name = textOf(reader.bytes())
    else if (field === 2) state = readState(reader.message())
    else reader.skip()
  }
  if (!isText(name, AGENT_LENGTH_MAX) || agents.has(name)) throw new ProtobufError('an agent has no name of its own')
  if (agents.size === AGENTS_MAX) throw new ProtobufError('there are too many agents')
  agents.set(name, required(state))
}

function readState(reader: ProtobufReader): Statement {
  let status: string | undefined
  let text: string | undefined
  let load: number | undefined
  for (let field = reader.field(); field !== 0; field = reader.field()) {
    if (field === 1) status = textOf(reader.bytes())
    else if (field === 2) text = textOf(reader.bytes())
    else if (field === 3) load = reader.integer() / LOAD_UNITS
    else reader.skip()
  }
  if (!isSlug(status)) throw new ProtobufError('a status is no slug')
  if (text !== undefined && !isText(text, STATUS_TEXT_LENGTH_MAX)) throw new ProtobufError('a text is too long')
  if (load !== undefined && load > 1) throw new ProtobufError('a load is above 1')
  return { status, ...(text !== undefined && { text }), ...(load !== undefined && { load }) }
}

function textOf(bytes: Uint8Array): string {
  try {
    return STRICT.decode(bytes)
  } catch (cause) {
    throw new ProtobufError('a text is no UTF-8', { cause })
  }
}

const STRICT = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

function required<T>(value: T | undefined): T {
  if (value !== undefined) return value
  throw new ProtobufError('a field is absent')
}
