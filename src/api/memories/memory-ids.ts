// How callers name a memory: by a hash, or by the id of one that lives on this machine alone.

import { z } from '@hono/zod-openapi'
import { memoryIdOf } from '../../memory/index.ts'
import { ApiError } from '../errors.ts'
import { withCode } from '../queries.ts'
import type { MemoryId } from '../../memory/index.ts'

export const MemoryIdText = z
  .string()
  .transform((text, context): MemoryId => {
    const id = memoryIdOf(text)
    if (id !== undefined) return id
    const message = 'must be the hash of a memory, 64 lower-case hex characters, or a local id such as local-17'
    context.issues.push({ code: 'custom', input: text, message, params: withCode('INVALID_HASH') })
    return z.NEVER
  })
  .openapi({
    type: 'string',
    pattern: '^([0-9a-f]{64}|local-[1-9][0-9]{0,14})$',
    description: 'Hash of any version, or local id.',
  })

/** @throws ApiError `INVALID_BODY` */
export function idIn(text: string, field: string): MemoryId {
  const id = memoryIdOf(text)
  if (id !== undefined) return id
  const message = 'must be the hash of a memory, or a local id such as local-17'
  throw new ApiError('INVALID_BODY', `${field} ${message}.`, [{ field, message }])
}

/**
 * A version lives where the memory lives.
 *
 * @throws ApiError `INVALID_BODY`
 */
export function refuseMoving(id: MemoryId, visibility: MemoryId['kind'] | null | undefined): void {
  if (visibility === undefined || visibility === null || visibility === id.kind) return
  const message = `must be ${id.kind}, as what it supersedes: to move a memory, remember it anew and forget the old one`
  throw new ApiError('INVALID_BODY', `visibility ${message}.`, [{ field: 'visibility', message }])
}
