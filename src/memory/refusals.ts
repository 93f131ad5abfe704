// How calls about a memory are refused: it is not known, not ours, withdrawn, local, and so on.

import { LOCAL_MEMORIES_MAX } from './constants.ts'
import { MemoryError } from './errors.ts'
import type { Hash } from '../feed/index.ts'
import type { MessageEntry } from '../log/index.ts'

export function unknown(id: string): MemoryError {
  return new MemoryError('MEMORY_UNKNOWN', `No memory ${id} is held here.`, { id })
}

export function notOurs({ hash, author }: MessageEntry): MemoryError {
  const advice = 'Remember what you know better, and dispute theirs.'
  const text = `The memory ${hash} is ${author}'s: only its author can correct it or take it back. ${advice}`
  return new MemoryError('MEMORY_NOT_OURS', text, { id: hash, author })
}

export function withdrawn(hash: Hash): MemoryError {
  const text = `The memory ${hash} was retracted, so a new version of it would not be seen. Restore it first, or remember anew.`
  return new MemoryError('MEMORY_WITHDRAWN', text, { id: hash })
}

export function notRetracted(hash: Hash): MemoryError {
  return new MemoryError('MEMORY_NOT_RETRACTED', `The memory ${hash} is not retracted: there is nothing to undo.`, {
    id: hash,
  })
}

export function stillRetracted(hash: Hash, undone: number): MemoryError {
  const text = `${undone.toLocaleString('en')} retracts of the memory ${hash} are undone, and this node still counts it as retracted: there are more, or it is behind in reading its log. Restore it again.`
  return new MemoryError('MEMORY_STILL_RETRACTED', text, { id: hash, undone })
}

export function notGone(id: Hash, erasure: Hash): MemoryError {
  const text = `The memory ${id} still stands here: ${erasure} asks everybody to erase it, and this node has stopped reading its log. See status; it goes when that goes on.`
  return new MemoryError('MEMORY_NOT_GONE', text, { id, erasure })
}

export function localFull(): MemoryError {
  const text = `This node keeps ${LOCAL_MEMORIES_MAX.toLocaleString('en')} local memories, and has them: forget some first.`
  return new MemoryError('MEMORY_LOCAL_FULL', text, { limit: LOCAL_MEMORIES_MAX })
}
