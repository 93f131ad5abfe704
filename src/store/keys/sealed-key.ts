// A private key at rest under a passphrase: Argon2id makes a key of it, XChaCha20-Poly1305 seals the seed, and one JSON text holds all that
// opening takes but the passphrase. docs/keys.md has the format.

import crypto, { randomBytes } from 'node:crypto'
import { xchacha20poly1305 } from '@noble/ciphers/chacha.js'
import { argon2id } from '@noble/hashes/argon2.js'
import { createIdentity } from '../../feed/index.ts'
import { StoreError } from '../errors.ts'
import type { Identity } from '../../feed/index.ts'

/** What deriving a key costs whoever tries a passphrase. */
export interface DerivationCost {
  memoryKib: number
  passes: number
}

/** RFC 9106 §4, the second recommended option, with one lane. A third of a second at each start; a second where Node has no Argon2 of its own. */
const COST_DEFAULT: DerivationCost = { memoryKib: 65_536, passes: 3 }

/** A file from elsewhere may ask for so much at most: 1 GiB, and some ten seconds. */
const MEMORY_KIB_MAX = 1_048_576
const PASSES_MAX = 16
/** Argon2's own least, with one lane. */
const MEMORY_KIB_MIN = 8

const KEY_BYTES = 32
const SALT_BYTES = 16
const NONCE_BYTES = 24
/** A seed of 32 bytes and a tag of 16. */
const BOX_BYTES = 48

/** A sealed key that is well-formed; whether a passphrase opens it shows when it is tried. */
export interface SealedKey {
  author: string
  kdf: { memory_kib: number; passes: number; salt: Uint8Array }
  nonce: Uint8Array
  box: Uint8Array
}

/** The JSON text that holds an identity under a passphrase. */
export function sealKey(identity: Identity, passphrase: string, cost: DerivationCost = COST_DEFAULT): string {
  const salt = randomBytes(SALT_BYTES)
  const nonce = randomBytes(NONCE_BYTES)
  const box = xchacha20poly1305(deriveKey(passphrase, salt, cost), nonce).encrypt(identity.seed)
  const sealed = {
    format: 'egregore-sealed-key/1',
    author: identity.author,
    kdf: { name: 'argon2id', memory_kib: cost.memoryKib, passes: cost.passes, lanes: 1, salt: base64(salt) },
    cipher: 'xchacha20-poly1305',
    nonce: base64(nonce),
    box: base64(box),
  }
  return `${JSON.stringify(sealed, undefined, 2)}\n`
}

/**
 * Reads what {@link sealKey} wrote.
 *
 * @param path - for the error only
 * @throws StoreError `STORE_KEY_INVALID`
 */
export function parseSealedKey(text: string, path: string): SealedKey {
  try {
    return sealedKeyIn(JSON.parse(text))
  } catch (cause) {
    const advice = 'Put the right file in its place; without it this identity is lost.'
    throw new StoreError('STORE_KEY_INVALID', `${path} is no encrypted key of egregore. ${advice}`, { path }, { cause })
  }
}

/** By hand: each thread that opens a database enters this folder, and would load a library of schemas for these few lines. */
function sealedKeyIn(value: unknown): SealedKey {
  const { format, author, kdf, cipher, nonce, box } = fieldsIn(value)
  const { name, memory_kib, passes, lanes, salt } = fieldsIn(kdf)
  const isOurs = format === 'egregore-sealed-key/1' && cipher === 'xchacha20-poly1305' && name === 'argon2id'
  if (!isOurs || lanes !== 1 || typeof author !== 'string') throw new TypeError('another format')
  return {
    author,
    kdf: {
      memory_kib: wholeNumberIn(memory_kib, MEMORY_KIB_MIN, MEMORY_KIB_MAX),
      passes: wholeNumberIn(passes, 1, PASSES_MAX),
      salt: bytesIn(salt, SALT_BYTES),
    },
    nonce: bytesIn(nonce, NONCE_BYTES),
    box: bytesIn(box, BOX_BYTES),
  }
}

function fieldsIn(value: unknown): Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null) throw new TypeError('not an object')
  return value as Readonly<Record<string, unknown>> // As: any object has unknown members.
}

function wholeNumberIn(value: unknown, min: number, max: number): number {
  if (typeof value !== 'number' || !Number.isInteger(value) || value < min || value > max)
    throw new RangeError(`not a whole number from ${min} to ${max}`)
  return value
}

function bytesIn(value: unknown, length: number): Uint8Array {
  const bytes = Buffer.from(typeof value === 'string' ? value : '', 'base64')
  if (bytes.length !== length || bytes.toString('base64') !== value)
    throw new RangeError(`not ${length} bytes in base64`)
  return new Uint8Array(bytes)
}

/**
 * The identity inside.
 *
 * @param path - for the error only
 * @throws StoreError `STORE_PASSPHRASE_WRONG`
 */
export function openSealedKey(sealed: SealedKey, passphrase: string, path: string): Identity {
  const { kdf, nonce, box, author } = sealed
  const key = deriveKey(passphrase, kdf.salt, { memoryKib: kdf.memory_kib, passes: kdf.passes })
  const identity = decrypted(key, nonce, box)
  if (identity?.author === author) return identity
  throw new StoreError(
    'STORE_PASSPHRASE_WRONG',
    `The passphrase does not open ${path}. Nothing was changed; try again.`,
    {
      path,
    },
  )
}

/** Undefined when the tag does not fit: another passphrase, or a file that was changed. */
function decrypted(key: Uint8Array, nonce: Uint8Array, box: Uint8Array): Identity | undefined {
  try {
    return createIdentity(xchacha20poly1305(key, nonce).decrypt(box))
  } catch {
    return undefined
  }
}

/** The same words give the same key, however a keyboard composes them. Node has Argon2 itself from 24.7 on, four times as fast. */
function deriveKey(passphrase: string, salt: Uint8Array, { memoryKib: memory, passes }: DerivationCost): Uint8Array {
  const message = passphrase.normalize('NFKC')
  if (crypto.argon2Sync === undefined) return argon2id(message, salt, { m: memory, t: passes, p: 1, dkLen: KEY_BYTES })
  const parameters = { message, nonce: salt, parallelism: 1, tagLength: KEY_BYTES, memory, passes }
  return new Uint8Array(crypto.argon2Sync('argon2id', parameters))
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64')
}
