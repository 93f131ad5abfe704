// What is refused before any server sees it: a JSON-RPC error without an id, with the public code as data.

import type { ContentfulStatusCode } from 'hono/utils/http-status'

/** JSON-RPC 2.0 §5.1. */
const JSON_RPC_CODES = { parse: -32_700, request: -32_600 } as const

export function refusal(
  status: ContentfulStatusCode,
  kind: keyof typeof JSON_RPC_CODES,
  message: string,
  code: string,
): Response {
  const error = { code: JSON_RPC_CODES[kind], message, data: { code } }
  return Response.json({ jsonrpc: '2.0', id: null, error }, { status })
}
