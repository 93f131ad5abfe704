// Request bodies: bounded while they arrive, UTF-8, JSON. What the JSON means is the route's own schema.

import { FeedError, parseJson } from '../feed/index.ts'
import { BODY_BYTES_MAX } from './constants.ts'
import { ApiError } from './errors.ts'
import type { HonoRequest } from 'hono'

/**
 * Reads a JSON body. Numbers that JavaScript would spell otherwise are tokens (`JSON.rawJSON`), so that what is signed is what was sent.
 *
 * @throws ApiError `BODY_TOO_LARGE`, `INVALID_REQUEST`, `UNSUPPORTED_MEDIA_TYPE`, `INVALID_JSON`
 * @throws FeedError `FEED_TOO_LARGE` for more values than a message can hold
 */
export async function readJsonBody(request: HonoRequest): Promise<unknown> {
  return (await readJson(request)).value
}

/**
 * The same, with the text that it was read from.
 *
 * @throws as {@link readJsonBody}
 */
export async function readJson(request: HonoRequest): Promise<{ text: string; value: unknown }> {
  const bytes = await readBytes(request)
  if (bytes.byteLength > 0) checkMediaType(request)
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes)
    return { text, value: parseJson(text) }
  } catch (cause) {
    if (cause instanceof FeedError) throw cause
    if (bytes.byteLength === 0) throw new ApiError('INVALID_JSON', 'The body is empty; a JSON object is expected.')
    throw new ApiError('INVALID_JSON', `The body is not JSON in UTF-8: ${(cause as Error).message}`, {}, { cause })
  }
}

function checkMediaType(request: HonoRequest): void {
  const contentType = request.header('content-type') ?? ''
  const coding = request.header('content-encoding') ?? 'identity'
  if (coding.toLowerCase() !== 'identity') {
    const facts = { found: coding.slice(0, 100), expected: 'identity' }
    throw new ApiError('UNSUPPORTED_MEDIA_TYPE', 'A body is read as it is: send it without Content-Encoding.', facts)
  }
  const [mediaType = ''] = contentType.split(';')
  if (mediaType.trim().toLowerCase() === 'application/json') return
  throw new ApiError(
    'UNSUPPORTED_MEDIA_TYPE',
    'A body must be JSON: send it with the header "Content-Type: application/json".',
    { found: contentType.slice(0, 100), expected: 'application/json' },
  )
}

async function readBytes(request: HonoRequest): Promise<Uint8Array> {
  const announced = request.header('content-length')
  if (Number(announced) > BODY_BYTES_MAX) throw tooLarge()
  try {
    // What announces its length cannot be longer: HTTP ends the body there.
    return announced === undefined ? await readChunks(request.raw.body) : new Uint8Array(await request.arrayBuffer())
  } catch (cause) {
    if (cause instanceof ApiError) throw cause
    throw new ApiError('INVALID_REQUEST', 'The body did not come to its end.', {}, { cause })
  }
}

async function readChunks(stream: ReadableStream<Uint8Array> | null): Promise<Uint8Array> {
  const chunks: Uint8Array[] = []
  let bytes = 0
  // Leaving the loop by an error cancels the stream: an endless body is not read on.
  for await (const chunk of stream ?? []) {
    bytes += chunk.byteLength
    if (bytes > BODY_BYTES_MAX) throw tooLarge()
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

function tooLarge(): ApiError {
  return new ApiError('BODY_TOO_LARGE', `A body may have ${BODY_BYTES_MAX} bytes at most.`, { limit: BODY_BYTES_MAX })
}
