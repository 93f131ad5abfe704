// What a memory is called: the hash of a message, or the number of a local record with a word in front that no hash has.

import { isHash } from '../feed/index.ts'
import type { Hash } from '../feed/index.ts'

export type MemoryId = { kind: 'mesh'; hash: Hash } | { kind: 'local'; number: number }

const LOCAL = /^local-(?<number>[1-9]\d{0,14})$/

/** @example localId(17) // 'local-17' */
export function localId(number: number): string {
  return `local-${number}`
}

/** Undefined for what is neither. */
export function memoryIdOf(text: string): MemoryId | undefined {
  if (isHash(text)) return { kind: 'mesh', hash: text }
  const { number } = LOCAL.exec(text)?.groups ?? {}
  return number === undefined ? undefined : { kind: 'local', number: Number(number) }
}
