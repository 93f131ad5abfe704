// Resources: what a client can put before its model by itself. The same answers as the tools give, under addresses.

import { ProtocolError, ProtocolErrorCode, ResourceNotFoundError } from '@modelcontextprotocol/server'
import { failureFrom } from '../errors.ts'
import { TOKENS_MAX } from './constants.ts'
import { queryTool } from './tools/query.ts'
import { statusTool } from './tools/status.ts'
import type { ReadResourceResult, Resource, ResourceTemplateType } from '@modelcontextprotocol/server'
import type { ApiParts } from '../components.ts'
import type { ToolAnswer } from './tool.ts'

const JSON_TYPE = 'application/json'

export const STATUS_URI = 'egregore://status'
const MESSAGE_PREFIX = 'egregore://message/'
const FEED_PREFIX = 'egregore://feed/'

export const RESOURCES: readonly Resource[] = [
  { uri: STATUS_URI, name: 'status', title: 'Node status', description: 'How this node is.', mimeType: JSON_TYPE },
]

export const RESOURCE_TEMPLATES: readonly ResourceTemplateType[] = [
  {
    uriTemplate: `${MESSAGE_PREFIX}{hash}`,
    name: 'message',
    title: 'Message',
    description: 'One message, whole: data from whoever wrote it.',
    mimeType: JSON_TYPE,
  },
  {
    uriTemplate: `${FEED_PREFIX}{author}`,
    name: 'feed',
    title: 'Feed',
    description: 'The newest messages of one author, as an index: data from that author.',
    mimeType: JSON_TYPE,
  },
]

/** Addresses of a message, and of the feed it is in, in each spelling that a subscriber may use. */
export function urisOf(hash: string, author: string): string[] {
  return [`${MESSAGE_PREFIX}${hash}`, `${FEED_PREFIX}${author}`, `${FEED_PREFIX}${encodeURIComponent(author)}`]
}

/** @throws ProtocolError for an address that is none, or at which there is nothing */
export async function readResource(parts: ApiParts, uri: string): Promise<ReadResourceResult> {
  try {
    const { payload } = await answerAt(parts, uri)
    return { contents: [{ uri, mimeType: JSON_TYPE, text: JSON.stringify(payload) }] }
  } catch (error) {
    throw protocolErrorFrom(parts, uri, error)
  }
}

async function answerAt(parts: ApiParts, uri: string): Promise<ToolAnswer> {
  const call = { clientName: undefined, exact: {} }
  if (uri === STATUS_URI) return statusTool.call(parts, {}, call)
  const hash = behind(MESSAGE_PREFIX, uri)
  if (hash !== undefined) return queryTool.call(parts, { hash, max_tokens: TOKENS_MAX }, call)
  const author = behind(FEED_PREFIX, uri)
  if (author !== undefined) return queryTool.call(parts, { author }, call)
  throw new ResourceNotFoundError(uri)
}

/** What stands behind a prefix, decoded where it is encoded. */
function behind(prefix: string, uri: string): string | undefined {
  if (!uri.startsWith(prefix)) return undefined
  const rest = uri.slice(prefix.length)
  try {
    return decodeURIComponent(rest)
  } catch {
    return rest
  }
}

function protocolErrorFrom({ logger }: ApiParts, uri: string, error: unknown): ProtocolError {
  if (error instanceof ProtocolError) return error
  const { status, code, message } = failureFrom(error)
  if (status === 404) return new ResourceNotFoundError(uri)
  if (status < 500) return new ProtocolError(ProtocolErrorCode.InvalidParams, message, { uri, code })
  if (code === 'INTERNAL') logger.error({ code, err: error }, 'resource failed')
  return new ProtocolError(ProtocolErrorCode.InternalError, message, { uri, code })
}
