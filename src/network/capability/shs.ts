// Secret Handshake 1 as four steps a side, over byte arrays: no stream, no clock, no random source. Spec §4 and §5.
//
//   client                        server
//   writeClientHello         →    readClientHello
//   readServerHello          ←    writeServerHello
//   writeClientAuthenticate  →    readClientAuthenticate
//   readServerAccept         ←    writeServerAccept

import { concatBytes } from '@noble/hashes/utils.js'
import { ACCEPT_BYTES, AUTHENTICATE_BYTES, HELLO_BYTES, KEY_BYTES, NONCE_BYTES, SIGNATURE_BYTES } from './constants.ts'
import { CapabilityError } from './errors.ts'
import {
  agree,
  agreementKeyOf,
  agreementSecretOf,
  closeBox,
  hashOf,
  isMacOf,
  isSameKey,
  isSignedBy,
  macOf,
  openBox,
  sign,
} from './primitives.ts'
import type { EphemeralKeys } from './primitives.ts'

/** The node's Ed25519 identity. */
export interface LongTermKeys {
  seed: Uint8Array
  publicKey: Uint8Array
}

/** What either side brings. */
interface Side {
  /** The network identifier, 32 bytes. */
  capability: Uint8Array
  identity: LongTermKeys
  /** Used for this one handshake. */
  ephemeral: EphemeralKeys
}

export interface Client extends Side {
  /** The long-term key that the server must prove. */
  serverKey: Uint8Array
}

export interface Server extends Side {
  /** The long-term key that the client must prove; any when absent. */
  clientKey?: Uint8Array
}

/** A client that has read the server's hello. */
export interface GreetedClient extends Client {
  serverEphemeralKey: Uint8Array
  /** Of the two ephemeral keys; the paper's a·b. */
  ephemeralSecret: Uint8Array
  /** Of the client's ephemeral and the server's long-term key; a·B. */
  serverSecret: Uint8Array
  proof: Uint8Array
}

/** A server that has read the client's hello. */
export interface GreetedServer extends Server {
  clientEphemeralKey: Uint8Array
  ephemeralSecret: Uint8Array
}

/** A server that knows who the client is. */
export interface ConvincedServer extends GreetedServer {
  clientKey: Uint8Array
  proof: Uint8Array
  acceptKey: Uint8Array
  session: Session
}

/** The outcome: who the other side is, and the keys of Scuttlebutt's box stream, which the gate itself does not use. */
export interface Session {
  remoteKey: Uint8Array
  encryptionKey: Uint8Array
  encryptionNonce: Uint8Array
  decryptionKey: Uint8Array
  decryptionNonce: Uint8Array
}

export function writeClientHello(client: Client): Uint8Array {
  return writeHello(client)
}

/** @throws CapabilityError `CAPABILITY_WRONG_KEY`, `CAPABILITY_GARBAGE` */
export function readServerHello(client: Client, message: Uint8Array): GreetedClient {
  const serverEphemeralKey = readHello(client, message)
  // Our own hello sent back carries a good MAC, and comes from someone who could not make one.
  if (isSameKey(serverEphemeralKey, client.ephemeral.publicKey)) throw garbage('our own hello came back')
  const ephemeralSecret = agree(client.ephemeral.secretKey, serverEphemeralKey)
  const serverSecret = agree(client.ephemeral.secretKey, agreementKeyOf(client.serverKey))
  const proof = proveClient(client, ephemeralSecret)
  return { ...client, serverEphemeralKey, ephemeralSecret, serverSecret, proof }
}

export function writeClientAuthenticate(client: GreetedClient): Uint8Array {
  return closeBox(hashOf(client.capability, client.ephemeralSecret, client.serverSecret), client.proof)
}

/** @throws CapabilityError `CAPABILITY_GARBAGE` */
export function readServerAccept(client: GreetedClient, message: Uint8Array): Session {
  requireLength(message, ACCEPT_BYTES)
  const { capability, ephemeralSecret, serverSecret, serverKey } = client
  const clientSecret = agree(agreementSecretOf(client.identity.seed), client.serverEphemeralKey)
  const acceptKey = hashOf(capability, ephemeralSecret, serverSecret, clientSecret)
  const signature = openBox(acceptKey, message)
  if (!isSignedBy(serverKey, acceptedText(capability, client.proof, ephemeralSecret), signature))
    throw garbage("a signature that is not the server's")
  return deriveSession(client, acceptKey, serverKey, client.serverEphemeralKey)
}

/**
 * Which of several capabilities a client's hello is made with. Each is tried, so that the time tells nothing of where it stands among them.
 *
 * @throws CapabilityError `CAPABILITY_WRONG_KEY`, `CAPABILITY_GARBAGE`
 */
export function capabilityOfHello(capabilities: readonly Uint8Array[], message: Uint8Array): Uint8Array {
  requireLength(message, HELLO_BYTES)
  const [mac, ephemeralKey] = [message.subarray(0, KEY_BYTES), message.subarray(KEY_BYTES)]
  const [capability] = capabilities.filter((one) => isMacOf(mac, one, ephemeralKey))
  if (capability === undefined) throw wrongKey()
  return capability
}

/** @throws CapabilityError `CAPABILITY_WRONG_KEY`, `CAPABILITY_GARBAGE` */
export function readClientHello(server: Server, message: Uint8Array): GreetedServer {
  const clientEphemeralKey = readHello(server, message)
  return { ...server, clientEphemeralKey, ephemeralSecret: agree(server.ephemeral.secretKey, clientEphemeralKey) }
}

export function writeServerHello(server: GreetedServer): Uint8Array {
  return writeHello(server)
}

/** @throws CapabilityError `CAPABILITY_IDENTITY_MISMATCH`, `CAPABILITY_GARBAGE` */
export function readClientAuthenticate(server: GreetedServer, message: Uint8Array): ConvincedServer {
  requireLength(message, AUTHENTICATE_BYTES)
  const { capability, ephemeral, ephemeralSecret, identity } = server
  const serverSecret = agree(agreementSecretOf(identity.seed), server.clientEphemeralKey)
  const proof = openBox(hashOf(capability, ephemeralSecret, serverSecret), message)
  const clientKey = readProof(server, proof)
  const clientSecret = agree(ephemeral.secretKey, agreementKeyOf(clientKey))
  const acceptKey = hashOf(capability, ephemeralSecret, serverSecret, clientSecret)
  const session = deriveSession(server, acceptKey, clientKey, server.clientEphemeralKey)
  return { ...server, clientKey, proof, acceptKey, session }
}

export function writeServerAccept(server: ConvincedServer): Uint8Array {
  const text = acceptedText(server.capability, server.proof, server.ephemeralSecret)
  return closeBox(server.acceptKey, sign(text, server.identity.seed))
}

function writeHello({ capability, ephemeral }: Side): Uint8Array {
  return concatBytes(macOf(capability, ephemeral.publicKey), ephemeral.publicKey)
}

/** Both hellos have one form: a MAC under the capability, then the ephemeral key it covers. */
function readHello({ capability }: Side, message: Uint8Array): Uint8Array {
  requireLength(message, HELLO_BYTES)
  const ephemeralKey = message.slice(KEY_BYTES)
  if (!isMacOf(message.subarray(0, KEY_BYTES), capability, ephemeralKey)) throw wrongKey()
  return ephemeralKey
}

/** The client's signature and long-term key, bound to this network, this server and these ephemeral keys. */
function proveClient({ capability, identity, serverKey }: Client, ephemeralSecret: Uint8Array): Uint8Array {
  return concatBytes(sign(provenText(capability, serverKey, ephemeralSecret), identity.seed), identity.publicKey)
}

function readProof(server: GreetedServer, proof: Uint8Array): Uint8Array {
  const clientKey = proof.slice(SIGNATURE_BYTES)
  if (server.clientKey && !isSameKey(server.clientKey, clientKey))
    throw new CapabilityError('CAPABILITY_IDENTITY_MISMATCH', "the key proved is not the key of the client's PeerId")
  const text = provenText(server.capability, server.identity.publicKey, server.ephemeralSecret)
  if (!isSignedBy(clientKey, text, proof.subarray(0, SIGNATURE_BYTES)))
    throw garbage("a signature that is not the client's")
  return clientKey
}

function provenText(capability: Uint8Array, serverKey: Uint8Array, ephemeralSecret: Uint8Array): Uint8Array {
  return concatBytes(capability, serverKey, hashOf(ephemeralSecret))
}

function acceptedText(capability: Uint8Array, proof: Uint8Array, ephemeralSecret: Uint8Array): Uint8Array {
  return concatBytes(capability, proof, hashOf(ephemeralSecret))
}

/** Each direction has the key of whom it goes to, and a nonce from that side's hello. */
function deriveSession(
  { capability, identity, ephemeral }: Side,
  acceptKey: Uint8Array,
  remoteKey: Uint8Array,
  remoteEphemeralKey: Uint8Array,
): Session {
  const secret = hashOf(acceptKey)
  return {
    remoteKey,
    encryptionKey: hashOf(secret, remoteKey),
    encryptionNonce: macOf(capability, remoteEphemeralKey).slice(0, NONCE_BYTES),
    decryptionKey: hashOf(secret, identity.publicKey),
    decryptionNonce: macOf(capability, ephemeral.publicKey).slice(0, NONCE_BYTES),
  }
}

function requireLength(message: Uint8Array, bytes: number): void {
  if (message.length !== bytes) throw garbage(`a message of ${message.length} bytes where ${bytes} must stand`)
}

function wrongKey(): CapabilityError {
  return new CapabilityError('CAPABILITY_WRONG_KEY', 'the other side has another network key')
}

function garbage(what: string): CapabilityError {
  return new CapabilityError('CAPABILITY_GARBAGE', what)
}
