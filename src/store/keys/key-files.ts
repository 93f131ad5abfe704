// The files of a private key: written whole, readable by their owner alone, and one of them at a time.

import { existsSync, mkdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { createIdentity, isAuthor } from '../../feed/index.ts'
import { writeWhole } from '../../util/index.ts'
import { StoreError, storeErrorFrom } from '../errors.ts'
import { openSealedKey, parseSealedKey, sealKey } from './sealed-key.ts'
import type { Identity } from '../../feed/index.ts'
import type { DerivationCost } from './sealed-key.ts'

/** Length of a raw seed. */
export const SEED_BYTES = 32

/** Read, write and execute for group and others: none of it may be set on a private key. */
const EXPOSED_MODE = 0o077

/** How a key is, or is to be, kept. */
export interface KeyProtection {
  /** Opens an encrypted key; a plain or new one is encrypted with it. */
  passphrase?: string | undefined
  /** @default 64 MiB and 3 passes */
  cost?: DerivationCost
}

/** The files of one identity. Both of secret.key and secret.key.enc are there only after a crash between writing one and removing the other. */
export class KeyFiles {
  readonly #directory: string
  readonly #plain: string
  readonly #sealed: string
  /** Whose they are, in plain sight: by it a key that has changed on a bad disk, or is gone, is told from a first start. */
  readonly #public: string

  constructor(directory: string) {
    this.#directory = directory
    this.#public = join(directory, 'public.key')
    this.#plain = join(directory, 'secret.key')
    this.#sealed = join(directory, 'secret.key.enc')
  }

  /** Whether there is nothing but an encrypted key. */
  isSealed(): boolean {
    return existsSync(this.#sealed) && !existsSync(this.#plain)
  }

  /** Whether there is a key, in whichever form. */
  isThere(): boolean {
    return existsSync(this.#plain) || existsSync(this.#sealed)
  }

  /** Undefined when there is no key, and never was one. */
  read(passphrase: string | undefined): Identity | undefined {
    const identity = this.#read(passphrase)
    const owner = this.#owner()
    if (owner === undefined || owner === identity?.author) return identity
    throw identity === undefined ? keyGone(this.#directory, owner) : keyOfOther(this.#plain, identity.author, owner)
  }

  #read(passphrase: string | undefined): Identity | undefined {
    const plain = existsSync(this.#plain) ? createIdentity(readSeed(this.#plain)) : undefined
    if (!existsSync(this.#sealed)) return plain
    if (plain === undefined && passphrase === undefined) throw encrypted(this.#sealed)
    const sealed = parseSealedKey(textOf(this.#sealed), this.#sealed)
    if (plain !== undefined && plain.author !== sealed.author) throw twoIdentities(this.#directory)
    return passphrase === undefined ? plain : openSealedKey(sealed, passphrase, this.#sealed)
  }

  readHeld(passphrase: string | undefined): Identity {
    const identity = this.read(passphrase)
    if (identity !== undefined) return identity
    throw new StoreError(
      'STORE_KEY_MISSING',
      `There is no identity in ${this.#directory}; "egregore start" makes one.`,
      {
        directory: this.#directory,
      },
    )
  }

  /** Whose key is here, as far as that can be told without opening it. */
  author(): string | undefined {
    if (existsSync(this.#plain)) return createIdentity(readSeed(this.#plain)).author
    if (existsSync(this.#sealed)) return parseSealedKey(textOf(this.#sealed), this.#sealed).author
    return undefined
  }

  /** Undefined when nobody's name can be read there: of the two files it is the one that can be computed. */
  #owner(): string | undefined {
    if (!existsSync(this.#public)) return undefined
    const text = textOf(this.#public).trim()
    return isAuthor(text) ? text : undefined
  }

  /**
   * Writes the key in its one form, then removes the other.
   *
   * @param anew - also when it is in that form already
   */
  write(identity: Identity, { passphrase, cost }: KeyProtection, { anew = false } = {}): void {
    const [target, other] = passphrase === undefined ? [this.#plain, this.#sealed] : [this.#sealed, this.#plain]
    if (anew || !existsSync(target)) {
      mkdirSync(this.#directory, { recursive: true, mode: 0o700 })
      // Between the two nothing is said rather than something wrong.
      rmSync(this.#public, { force: true })
      writeWhole(target, passphrase === undefined ? identity.seed : sealKey(identity, passphrase, cost), 0o600)
      writeWhole(this.#public, `${identity.author}\n`, 0o644)
    }
    rmSync(other, { force: true })
  }

  guard<T>(work: () => T): T {
    try {
      return work()
    } catch (error) {
      throw storeErrorFrom(error, this.#plain)
    }
  }
}

function readSeed(path: string): Uint8Array {
  const { mode, size } = statSync(path)
  if (process.platform !== 'win32' && (mode & EXPOSED_MODE) !== 0) throw exposed(path, mode)
  if (size !== SEED_BYTES) throw invalid(path, size)
  return readFileSync(path)
}

/** Nothing of a file that is longer than a key file can be. */
function textOf(path: string): string {
  return statSync(path).size > FILE_BYTES_MAX ? '' : readFileSync(path, 'utf8')
}

/** A sealed key takes some hundred bytes. */
const FILE_BYTES_MAX = 16 * 1024

/** The refusal to go on without a passphrase. */
export function encrypted(path: string): StoreError {
  const advice = 'Give it with --passphrase, or in a file that EGREGORE_PASSPHRASE_FILE names.'
  const fact = `The private key ${path} is encrypted and no passphrase was given`
  return new StoreError('STORE_KEY_ENCRYPTED', `${fact}; a second identity is not made in its place. ${advice}`, {
    path,
  })
}

function keyGone(directory: string, owner: string): StoreError {
  const advice =
    'Put it back ("egregore identity import <export>"), or remove public.key there to begin as somebody new.'
  return new StoreError(
    'STORE_KEY_MISSING',
    `The private key of ${owner} is no longer in ${directory}, and another identity is not made in its place. ${advice}`,
    { directory, owner },
  )
}

function keyOfOther(path: string, found: string, owner: string): StoreError {
  const fact = `The private key ${path} is that of ${found}, and public.key beside it names ${owner}: it has changed, or was replaced.`
  const advice =
    'Remove it and bring the right one ("egregore identity import <export>"); or, when this key is the right one, remove public.key.'
  return new StoreError('STORE_KEY_CONFLICT', `${fact} ${advice}`, { path, found, expected: owner })
}

function twoIdentities(directory: string): StoreError {
  const advice = 'Move the one that is not wanted to another place.'
  return new StoreError(
    'STORE_KEY_CONFLICT',
    `secret.key and secret.key.enc in ${directory} are two different identities. ${advice}`,
    { directory },
  )
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
