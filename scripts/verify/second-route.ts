// The canonical text of a JSON text by another way than ours: the engine's parser and strings, and keys compared as buffers.

const ENVELOPE_KEYS = [
  'author',
  'sequence',
  'previous',
  'timestamp',
  'content',
  'schema_id',
  'relates',
  'tags',
  'trace_id',
  'span_id',
  'expires_at',
]

/** Undefined for what is no JSON. */
export function rewrite(json: string): string | undefined {
  try {
    return write(parse(json))
  } catch (error) {
    if (error instanceof SyntaxError) return undefined
    throw error
  }
}

/** The text of a message that was accepted. */
export function rewriteMessage(json: string): string {
  const message = parse(json) as Record<string, unknown> // As: an accepted text is an object.
  const fields = ENVELOPE_KEYS.filter((key) => key in message).map((key) => `"${key}":${write(message[key])}`)
  return `{${fields.join(',')}}`
}

function parse(json: string): unknown {
  return JSON.parse(json, (_key, value, context?: { source: string }) =>
    typeof value === 'number' ? new NumberToken(context?.source ?? '') : value,
  )
}

class NumberToken {
  readonly source: string

  constructor(source: string) {
    this.source = source
  }
}

function write(value: unknown): string {
  if (value instanceof NumberToken) return value.source
  if (Array.isArray(value)) return `[${value.map(write).join(',')}]`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  const entries = Object.entries(value).sort(([a], [b]) => Buffer.compare(Buffer.from(a), Buffer.from(b)))
  return `{${entries.map(([key, inner]) => `${JSON.stringify(key)}:${write(inner)}`).join(',')}}`
}
