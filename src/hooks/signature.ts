// The signature of a webhook, as https://www.standardwebhooks.com describes it: libraries that check it exist in most languages.

import { createHmac } from 'node:crypto'

const BASE64_PREFIX = 'whsec_'

/** The headers that name and sign one request: HMAC-SHA256 over `<id>.<seconds>.<body>`, so that an old one cannot be sent again. */
export function signatureHeaders(
  { id, body, now }: { id: string; body: string; now: number },
  secret: string | undefined,
): Record<string, string> {
  const seconds = String(Math.floor(now / 1000))
  const headers = { 'webhook-id': id, 'webhook-timestamp': seconds }
  if (secret === undefined) return headers
  const code = createHmac('sha256', keyOf(secret)).update(`${id}.${seconds}.${body}`).digest('base64')
  return { ...headers, 'webhook-signature': `v1,${code}` }
}

/** The standard's secrets are Base64 behind a prefix; any other text is the key as it stands. */
function keyOf(secret: string): Uint8Array {
  if (!secret.startsWith(BASE64_PREFIX)) return Buffer.from(secret)
  return Buffer.from(secret.slice(BASE64_PREFIX.length), 'base64')
}
