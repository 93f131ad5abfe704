// The private key on disk: a raw 32-byte seed that only its owner can read.

import { randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { createIdentity } from '../feed/index.ts'
import { writeWhole } from '../util/index.ts'
import { StoreError, storeErrorFrom } from './errors.ts'
import type { Identity } from '../feed/index.ts'

const SEED_BYTES = 32

/** Read, write and execute for group and others: none of it may be set on a private key. */
const EXPOSED_MODE = 0o077

/**
 * Loads the identity of a node, or makes one on first start.
 *
 * @returns the identity, and whether it was made just now
 * @throws StoreError `STORE_KEY_INVALID`, `STORE_KEY_EXPOSED`, `STORE_KEY_ENCRYPTED`, `STORE_UNWRITABLE`, `STORE_FULL`
 */
export function loadIdentity(directory: string): { identity: Identity; isNew: boolean } {
  const secret = join(directory, 'secret.key')
  try {
    if (existsSync(secret)) return { identity: createIdentity(readSeed(secret)), isNew: false }
    refuseEncrypted(directory)
    return { identity: makeIdentity(directory, secret), isNew: true }
  } catch (error) {
    throw storeErrorFrom(error, secret)
  }
}

function readSeed(path: string): Uint8Array {
  const mode = statSync(path).mode
  if (process.platform !== 'win32' && (mode & EXPOSED_MODE) !== 0) throw exposed(path, mode)
  const seed = readFileSync(path)
  if (seed.length !== SEED_BYTES) throw invalid(path, seed.length)
  return seed
}

function refuseEncrypted(directory: string): void {
  const path = join(directory, 'secret.key.enc')
  if (!existsSync(path)) return
  const advice =
    'A second identity is not made in its place. Decrypt it with the egregore that made it, or choose another --data-dir.'
  throw new StoreError(
    'STORE_KEY_ENCRYPTED',
    `The private key ${path} is encrypted and no passphrase was given. ${advice}`,
    { path },
  )
}

function makeIdentity(directory: string, secret: string): Identity {
  mkdirSync(directory, { recursive: true, mode: 0o700 })
  const identity = createIdentity(randomBytes(SEED_BYTES))
  writeWhole(secret, identity.seed, 0o600)
  writeWhole(join(directory, 'public.key'), `${identity.author}\n`, 0o644)
  return identity
}

function exposed(path: string, mode: number): StoreError {
  const found = (mode & 0o777).toString(8)
  return new StoreError(
    'STORE_KEY_EXPOSED',
    `The private key ${path} can be read by others (mode ${found}, expected 600). Run: chmod 600 ${path}`,
    { path, found, expected: '600' },
  )
}

function invalid(path: string, found: number): StoreError {
  return new StoreError(
    'STORE_KEY_INVALID',
    `The private key ${path} has ${found} bytes, expected ${SEED_BYTES}. Put the right file in its place; without it this identity is lost.`,
    { path, found, expected: SEED_BYTES },
  )
}
