// The private key on disk: a raw 32-byte seed that only its owner can read (secret.key), or the same seed under a passphrase
// (secret.key.enc). There is one identity in a directory, and never a second in the place of one that cannot be opened.

import { randomBytes } from 'node:crypto'
import { createIdentity } from '../../feed/index.ts'
import { StoreError } from '../errors.ts'
import { encrypted, KeyFiles, SEED_BYTES } from './key-files.ts'
import { openSealedKey, parseSealedKey, sealKey } from './sealed-key.ts'
import type { Identity } from '../../feed/index.ts'
import type { KeyProtection } from './key-files.ts'
import type { DerivationCost } from './sealed-key.ts'

/**
 * Loads the identity of a node, or makes one on first start. With a passphrase the key is encrypted from then on.
 *
 * @returns the identity, and whether it was made just now
 * @throws StoreError `STORE_KEY_INVALID`, `STORE_KEY_EXPOSED`, `STORE_KEY_ENCRYPTED`, `STORE_KEY_CONFLICT`, `STORE_PASSPHRASE_WRONG`,
 * `STORE_UNWRITABLE`, `STORE_FULL`
 */
export function loadIdentity(
  directory: string,
  protection: KeyProtection = {},
): { identity: Identity; isNew: boolean } {
  const files = new KeyFiles(directory)
  return files.guard(() => {
    const held = files.read(protection.passphrase)
    const identity = held ?? createIdentity(randomBytes(SEED_BYTES))
    if (held === undefined || protection.passphrase !== undefined) files.write(identity, protection)
    return { identity, isNew: held === undefined }
  })
}

/**
 * Encrypts the key of a directory, encrypts it anew, or, without a passphrase in `next`, keeps it plain.
 *
 * @param current - opens the key as it is now
 * @throws StoreError as {@link loadIdentity}; `STORE_KEY_MISSING`
 */
export function protectIdentity(directory: string, current: string | undefined, next: KeyProtection): Identity {
  const files = new KeyFiles(directory)
  return files.guard(() => {
    const identity = files.readHeld(current)
    files.write(identity, next, { anew: true })
    return identity
  })
}

/**
 * The identity as one text that another machine can import, always under a passphrase.
 *
 * @param current - opens the key as it is now
 * @throws StoreError as {@link protectIdentity}
 */
export function exportIdentity(
  directory: string,
  current: string | undefined,
  passphrase: string,
  cost?: DerivationCost,
): string {
  const files = new KeyFiles(directory)
  return files.guard(() => sealKey(files.readHeld(current), passphrase, cost))
}

/**
 * Puts an identity into a directory that has none, or the same one. One that lies there encrypted is not written in plain.
 *
 * @returns the identity, whether there was none before, and whether it is encrypted now
 * @param file - what {@link exportIdentity} gave, or a raw seed as in secret.key
 * @param path - where it came from, for errors
 * @param beforeNew - called before a key is written where there was none; when it throws, none is written
 * @throws StoreError `STORE_KEY_CONFLICT` when another identity lives there; as {@link loadIdentity}
 */
export function importIdentity(
  directory: string,
  file: Uint8Array,
  path: string,
  protection: KeyProtection,
  beforeNew: () => void = () => {},
): { identity: Identity; isNew: boolean; isSealed: boolean } {
  const files = new KeyFiles(directory)
  return files.guard(() => {
    const identity = identityIn(file, path, protection.passphrase)
    const held = files.author()
    if (held !== undefined && held !== identity.author) throw otherIdentity(directory, held)
    if (held === undefined) beforeNew()
    const isSealed = protection.passphrase !== undefined
    const staysSealed = files.isSealed() && !isSealed
    if (!staysSealed) files.write(identity, protection, { anew: true })
    return { identity, isNew: held === undefined, isSealed: isSealed || staysSealed }
  })
}

/** Whether a directory has nothing but an encrypted key. */
export function hasSealedKey(directory: string): boolean {
  return new KeyFiles(directory).isSealed()
}

/** Whether a file that is to be imported needs a passphrase. */
export function isSealedFile(file: Uint8Array): boolean {
  return file.length !== SEED_BYTES
}

function identityIn(file: Uint8Array, path: string, passphrase: string | undefined): Identity {
  if (!isSealedFile(file)) return createIdentity(file)
  const sealed = parseSealedKey(Buffer.from(file).toString('utf8'), path)
  if (passphrase === undefined) throw encrypted(path)
  return openSealedKey(sealed, passphrase, path)
}

function otherIdentity(directory: string, held: string): StoreError {
  return new StoreError(
    'STORE_KEY_CONFLICT',
    `Another identity, ${held}, lives in ${directory}, and stays there. Import into a --data-dir of its own.`,
    { directory, held },
  )
}
