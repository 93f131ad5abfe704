// The gate itself: a libp2p connection encrypter that runs Noise and then, inside it, the Secret Handshake. Nothing else
// of libp2p speaks on a connection before both have ended well.

import { noise } from '@chainsafe/libp2p-noise'
import { byteStream } from '@libp2p/utils'
import { CAPABILITY_PROTOCOL, GATE_TIMEOUT_MS, KEY_BYTES, UNREAD_BYTES_MAX } from './constants.ts'
import { CapabilityError, capabilityCauseOf, causeOfCode } from './errors.ts'
import { isHangUp, toCapabilityError } from './failure.ts'
import { Gates } from './gates.ts'
import { shakeAsClient, shakeAsServer } from './handshake.ts'
import { newEphemeralKeys } from './primitives.ts'
import { sourceOf } from './source.ts'
import { takeTurns } from './turns.ts'
import type { NoiseComponents } from '@chainsafe/libp2p-noise'
import type {
  ConnectionEncrypter,
  MessageStream,
  MessageStreamDirection,
  MultiaddrConnection,
  PeerId,
  SecureConnectionOptions,
  SecuredConnection,
} from '@libp2p/interface'
import type { ByteStream } from '@libp2p/utils'
import type { Multiaddr } from '@multiformats/multiaddr'
import type { CapabilityCause } from './errors.ts'
import type { Wire } from './handshake.ts'
import type { Keyring } from './keyring.ts'
import type { LongTermKeys } from './shs.ts'

export interface CapabilityGateInit {
  /** The network keys; one instance a node. */
  keyring: Keyring
  /**
   * Limits and counters, for status to read.
   *
   * @default new Gates()
   */
  gates?: Gates
  /**
   * For the whole gate: Noise and the four messages.
   *
   * @default 5000
   */
  timeoutMs?: number
  /**
   * Told of each refusal at debug level; a pino logger fits.
   *
   * @default silent
   */
  log?: DebugLog
  /** Told of each inbound connection that was refused. */
  onRefusal?: (refusal: GateRefusal) => void
}

/** Somebody who did not get in. */
export interface GateRefusal {
  cause: CapabilityCause
  address: string | undefined
}

export interface DebugLog {
  debug(facts: object, message: string): void
}

/**
 * Makes the only connection encrypter of a node. The identity is libp2p's own private key, so that the key which the
 * handshake proves and the key of the PeerId are one by construction; it must be Ed25519.
 *
 * A gate that stays shut throws a `CapabilityError`, of which a dial's rejection keeps the message: see
 * `capabilityCauseOf`.
 *
 * @example
 * const gates = new Gates()
 * const keyring = new Keyring([capabilityOf(networkKey)], Date.now)
 * await createLibp2p({ privateKey, connectionEncrypters: [capabilityGate({ keyring, gates, log })], … })
 */
export function capabilityGate(init: CapabilityGateInit): (components: NoiseComponents) => ConnectionEncrypter {
  return (components) => new CapabilityGate(init, components)
}

class CapabilityGate implements ConnectionEncrypter {
  readonly protocol = CAPABILITY_PROTOCOL
  readonly [Symbol.toStringTag] = 'egregore-capability-gate'
  readonly #keyring: Keyring
  readonly #identity: LongTermKeys
  readonly #gates: Gates
  readonly #timeoutMs: number
  readonly #log: DebugLog | undefined
  readonly #onRefusal: CapabilityGateInit['onRefusal']
  readonly #noise: ConnectionEncrypter

  constructor(
    { keyring, gates = new Gates(), timeoutMs = GATE_TIMEOUT_MS, log, onRefusal }: CapabilityGateInit,
    components: NoiseComponents,
  ) {
    this.#keyring = keyring
    this.#identity = longTermKeysOf(components)
    this.#gates = gates
    this.#timeoutMs = timeoutMs
    this.#log = log
    this.#onRefusal = onRefusal
    this.#noise = noise()(components)
  }

  async secureOutbound(connection: MessageStream, options: SecureConnectionOptions = {}): Promise<SecuredConnection> {
    this.#gates.enterOutbound()
    try {
      return await this.#pass('outbound', connection, options)
    } finally {
      this.#gates.leaveOutbound()
    }
  }

  async secureInbound(connection: MessageStream, options: SecureConnectionOptions = {}): Promise<SecuredConnection> {
    const address = remoteAddressOf(connection)
    const source = address && sourceOf(address)
    if (!this.#gates.enterInbound(source)) {
      throw this.#refuse('inbound', connection, new CapabilityError('CAPABILITY_BUSY', 'no place for another gate'))
    }
    try {
      return await this.#pass('inbound', connection, options)
    } finally {
      this.#gates.leaveInbound(source)
    }
  }

  async #pass(
    direction: MessageStreamDirection,
    connection: MessageStream,
    options: SecureConnectionOptions,
  ): Promise<SecuredConnection> {
    const deadline = AbortSignal.timeout(this.#timeoutMs)
    const signal = options.signal ? AbortSignal.any([options.signal, deadline]) : deadline
    try {
      return await this.#shake(direction, connection, { ...options, signal })
    } catch (error) {
      throw this.#refuse(direction, connection, signal.aborted ? asTimeout(error) : toCapabilityError(error))
    }
  }

  async #shake(
    direction: MessageStreamDirection,
    connection: MessageStream,
    options: SecureConnectionOptions & { signal: AbortSignal },
  ): Promise<SecuredConnection> {
    takeTurns(connection)
    const isServer = direction === 'inbound'
    const secured = isServer
      ? await this.#noise.secureInbound(connection, options)
      : await this.#noise.secureOutbound(connection, options)
    const remoteKey = longTermKeyOf(secured.remotePeer)
    const bytes = byteStream(secured.connection, { maxBufferSize: UNREAD_BYTES_MAX })
    const wire = wireOf(bytes, options.signal)
    const peer = secured.remotePeer.toString()
    const capability = isServer ? await this.#answer(wire, remoteKey) : await this.#greet(wire, remoteKey, peer)
    this.#keyring.passed(peer, capability)
    return { ...secured, connection: bytes.unwrap() }
  }

  /** As server; the client has chosen the capability. */
  async #answer(wire: Wire, clientKey: Uint8Array): Promise<Uint8Array> {
    const { capabilities } = this.#keyring
    const side = { capabilities, identity: this.#identity, ephemeral: newEphemeralKeys(), clientKey }
    return (await shakeAsServer(wire, side)).capability
  }

  /** As client. A hello that gets no answer is not repeated here, since the connection is gone: whoever dials again greets with the next key. */
  async #greet(wire: Wire, serverKey: Uint8Array, peer: string): Promise<Uint8Array> {
    const capability = this.#keyring.toGreet(peer)
    try {
      await shakeAsClient(wire, { capability, identity: this.#identity, ephemeral: newEphemeralKeys(), serverKey })
    } catch (error) {
      if (capabilityCauseOf(error) === 'CAPABILITY_UNANSWERED') this.#keyring.unanswered(peer, capability)
      throw error
    }
    return capability
  }

  /** Hangs up without an answer: a stranger learns nothing about why. */
  #refuse(direction: MessageStreamDirection, connection: MessageStream, error: CapabilityError): CapabilityError {
    connection.abort(error)
    this.#gates.countRefusal(error.code)
    const address = remoteAddressOf(connection)?.toString()
    this.#log?.debug({ code: error.code, direction, address }, 'the capability gate stayed shut')
    if (direction === 'inbound') this.#onRefusal?.({ cause: causeOfCode(error.code), address })
    return error
  }
}

function longTermKeysOf({ privateKey }: NoiseComponents): LongTermKeys {
  if (privateKey.type !== 'Ed25519') throw new TypeError('the capability gate needs an Ed25519 identity')
  // libp2p keeps an Ed25519 key as NaCl does: the seed, then the public key.
  return { seed: privateKey.raw.slice(0, KEY_BYTES), publicKey: privateKey.publicKey.raw }
}

function longTermKeyOf(peer: PeerId): Uint8Array {
  if (peer.type === 'Ed25519') return peer.publicKey.raw
  throw new CapabilityError('CAPABILITY_IDENTITY_MISMATCH', 'a PeerId that is not an Ed25519 key', { type: peer.type })
}

function remoteAddressOf(connection: MessageStream): Multiaddr | undefined {
  // Every transport hands over a MultiaddrConnection, direct or relayed; libp2p's interface only promises a stream.
  return (connection as Partial<MultiaddrConnection>).remoteAddr
}

function wireOf(bytes: ByteStream<MessageStream>, signal: AbortSignal): Wire {
  return {
    read: async (length) => (await bytes.read({ bytes: length, signal }).catch(throwClosed)).slice(),
    write: (message) => bytes.write(message, { signal }).catch(throwClosed),
  }
}

function throwClosed(error: unknown): never {
  throw isHangUp(error) ? toCapabilityError(error) : error
}

/** Both our deadline and the caller's end the gate by the same signal; a refusal that came first stays what it is. */
function asTimeout(error: unknown): CapabilityError {
  if (error instanceof CapabilityError) return error
  return new CapabilityError('CAPABILITY_TIMEOUT', 'not passed in time', {}, { cause: error })
}
