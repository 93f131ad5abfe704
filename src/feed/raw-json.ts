// JSON numbers with their spelling (TC39 "JSON.parse source text access"), which the compiler's library does not describe yet.

/** What `JSON.rawJSON` makes: a primitive with its own spelling. */
export interface RawJson {
  readonly rawJSON: string
}

interface JsonWithSource {
  rawJSON(text: string): RawJson
  isRawJSON(value: unknown): value is RawJson
  parse(text: string, reviver: (key: string, value: unknown, context: { source?: string }) => unknown): unknown
}

/** The engine's own JSON object, with the functions that it has since Node 22. */
export const jsonWithSource = JSON as unknown as JsonWithSource // As: the library's type is older than the engine.

/** Whether a value of a request's JSON is a number that JavaScript would spell otherwise. */
export function isNumberToken(value: unknown): value is RawJson {
  return jsonWithSource.isRawJSON(value)
}
