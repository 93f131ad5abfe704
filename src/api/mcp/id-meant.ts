// Which message an agent means by an `id`: a hash whole, or its beginning, as lists on a terminal and hooks show it.

import { ApiError } from '../errors.ts'
import { messagesUnderRoute } from '../routes/message.ts'
import { readMessage } from './shown-message.ts'
import { callRoute, itemsOf } from './tool.ts'
import type { ApiParts } from '../components.ts'

/** Shorter ones begin too many hashes, and are judged by the route as they are. */
const BEGINNING = /^[0-9a-f]{8,63}$/

/**
 * The arguments of a call with the hash whole.
 *
 * @throws ApiError `NOT_FOUND`, `INVALID_HASH` where several begin so
 */
export async function withIdMeant<Given extends { id?: string | undefined }>(
  parts: ApiParts,
  given: Given,
): Promise<Given> {
  const { id } = given
  if (id === undefined || !BEGINNING.test(id)) return given
  const found = itemsOf(await callRoute(parts, messagesUnderRoute, { params: { prefix: id } }))
  const [hash, another] = found.map((json) => readMessage(json).hash)
  if (hash === undefined)
    throw new ApiError('NOT_FOUND', `No message whose hash begins with ${id} is held here.`, { id })
  if (another === undefined) return { ...given, id: hash }
  const message = `begins ${found.length} hashes or more: give more of it, or all`
  throw new ApiError('INVALID_HASH', `id ${message}.`, [{ field: 'id', message }])
}
