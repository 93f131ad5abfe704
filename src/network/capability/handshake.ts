// One handshake over anything that reads and writes bytes: the steps of shs.ts in their order. Spec §4.

import { ACCEPT_BYTES, AUTHENTICATE_BYTES, HELLO_BYTES } from './constants.ts'
import { CapabilityError } from './errors.ts'
import {
  capabilityOfHello,
  readClientAuthenticate,
  readClientHello,
  readServerAccept,
  readServerHello,
  writeClientAuthenticate,
  writeClientHello,
  writeServerAccept,
  writeServerHello,
} from './shs.ts'
import type { Client, ConvincedServer, Server, Session } from './shs.ts'

/** Where a handshake's bytes come from and go to. */
export interface Wire {
  /** Exactly this many bytes. Rejects with `CAPABILITY_CLOSED` when the other side ends before it has sent them. */
  read(bytes: number): Promise<Uint8Array>
  write(message: Uint8Array): Promise<void>
}

/** @throws CapabilityError `CAPABILITY_UNANSWERED`, and the codes of each step */
export async function shakeAsClient(wire: Wire, client: Client): Promise<Session> {
  await wire.write(writeClientHello(client))
  const hello = await wire.read(HELLO_BYTES).catch(throwUnanswered)
  const greeted = readServerHello(client, hello)
  await wire.write(writeClientAuthenticate(greeted))
  return readServerAccept(greeted, await wire.read(ACCEPT_BYTES))
}

/** A server that takes hellos under any of several capabilities. */
export interface OpenServer extends Omit<Server, 'capability'> {
  capabilities: readonly Uint8Array[]
}

/**
 * @returns what the server knows at the end: the session, and the capability that the client chose
 * @throws CapabilityError with the codes of each step
 */
export async function shakeAsServer(wire: Wire, { capabilities, ...server }: OpenServer): Promise<ConvincedServer> {
  const hello = await wire.read(HELLO_BYTES)
  const greeted = readClientHello({ ...server, capability: capabilityOfHello(capabilities, hello) }, hello)
  await wire.write(writeServerHello(greeted))
  const convinced = readClientAuthenticate(greeted, await wire.read(AUTHENTICATE_BYTES))
  await wire.write(writeServerAccept(convinced))
  return convinced
}

/** A server that does not know our network key hangs up, and says nothing. This is all that a client can see of it. */
function throwUnanswered(error: unknown): never {
  if (!(error instanceof CapabilityError) || error.code !== 'CAPABILITY_CLOSED') throw error
  const message = 'the other side hung up on our hello, most likely because it has another network key'
  throw new CapabilityError('CAPABILITY_UNANSWERED', message, {}, { cause: error })
}
