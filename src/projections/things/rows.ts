// Rows of the table of things, as the rules see them.

import type { Claim } from '../../content/index.ts'
import type { Hash } from '../../feed/index.ts'
import type { Said } from './verdicts.ts'

/** A message with its place. */
interface Placed extends Said {
  offset: number
  feed: number
}

/** A message with a claim. */
export interface Claiming extends Placed {
  claim: Claim
}

/** A message with what is written of it. */
export interface Row extends Placed {
  written: { state: number; misfit: string | null; root: Hash | undefined; first: Hash | undefined }
}

/** A row as the table has it. */
export interface Columns {
  offset: number
  hash: Uint8Array
  feed: number
  sequence: number
  type: string
  does: Claim['does'] | null
  target: Uint8Array | null
  root: Uint8Array | null
  first: Uint8Array | null
  state: number
  misfit: string | null
}

export function rowOf({ offset, hash, feed, sequence, type, does, target, root, first, state, misfit }: Columns): Row {
  return {
    offset,
    feed,
    hash: hexOf(hash),
    sequence,
    type,
    claim: does === null ? undefined : { does, target: hexOrUndefined(target) },
    written: { state, misfit, root: hexOrUndefined(root), first: hexOrUndefined(first) },
  }
}

export function bytesOf(hash: Hash): Uint8Array {
  return Buffer.from(hash, 'hex')
}

export function bytesOrNull(hash: Hash | undefined): Uint8Array | null {
  return hash === undefined ? null : bytesOf(hash)
}

export function hexOf(bytes: Uint8Array): Hash {
  return Buffer.from(bytes).toString('hex')
}

function hexOrUndefined(bytes: Uint8Array | null): Hash | undefined {
  return bytes === null ? undefined : hexOf(bytes)
}
