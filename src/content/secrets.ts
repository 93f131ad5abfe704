// Looks for keys and tokens in what is about to be signed: a message cannot be taken back.

import { entropyOf, isRandomToken, SECRET_FIELD, SECRET_KINDS } from './secret-kinds.ts'
import type { SecretKind } from './secret-kinds.ts'

/** Something that looks like a secret. Never the secret itself. */
export interface SecretFound {
  /** `content.config.env[2]`; a name that is a secret itself is written as `*`. */
  field: string
  /** `github-token` */
  kind: string
  /** `a GitHub token` */
  name: string
}

/** Findings told of one message. */
const FOUND_MAX = 20

/** Characters of the shortest form, an address with a password: most names and many values are shorter, and none is looked at. */
const SECRET_LENGTH_MIN = 10

/** Characters of a field told; content may be deep. */
const FIELD_LENGTH_MAX = 200

/** Secrets in a JSON value, each field and kind once. */
export function secretsIn(value: unknown, field: string): SecretFound[] {
  const text = JSON.stringify(value)
  const candidates = SECRET_KINDS.filter(({ hint }) => hint.test(text))
  // Nearly always there are none, and the value is not walked through.
  if (candidates.length === 0) return []
  const search = new Search(candidates)
  search.value(value, field)
  return search.found
}

class Search {
  readonly #kinds: readonly SecretKind[]
  readonly found: SecretFound[] = []

  constructor(kinds: readonly SecretKind[]) {
    this.#kinds = kinds
  }

  /** Content is at most 128 deep, so this may call itself. */
  value(value: unknown, field: string): void {
    if (this.found.length >= FOUND_MAX) return
    if (typeof value === 'string') this.#text(value, field)
    else if (Array.isArray(value)) for (const [at, item] of value.entries()) this.value(item, `${field}[${at}]`)
    else if (typeof value === 'object' && value !== null) this.#members(value, field)
  }

  #members(object: object, field: string): void {
    for (const [name, value] of Object.entries(object)) {
      const before = this.found.length
      this.#text(name, `${field}.*`)
      const inner = this.found.length > before ? `${field}.*` : `${field}.${name.slice(0, 100)}`
      if (typeof value === 'string' && SECRET_FIELD.test(name) && isRandomToken(value)) this.#add(inner, ASSIGNED)
      else this.value(value, inner)
    }
  }

  #text(text: string, field: string): void {
    if (text.length < SECRET_LENGTH_MIN) return
    for (const kind of this.#kinds) if (kind.hint.test(text) && holds(text, kind)) this.#add(field, kind)
  }

  #add(path: string, { kind, name }: Pick<SecretKind, 'kind' | 'name'>): void {
    const field = path.slice(0, FIELD_LENGTH_MAX)
    const isKnown = this.found.some((one) => one.field === field && one.kind === kind)
    if (!isKnown && this.found.length < FOUND_MAX) this.found.push({ field, kind, name })
  }
}

const ASSIGNED = { kind: 'assigned-secret', name: 'a password or token' }

function holds(text: string, { pattern, entropyMin = 0, isHarmless = () => false }: SecretKind): boolean {
  for (const match of text.matchAll(pattern)) {
    const secret = match[1] ?? match[0]
    if (entropyOf(secret) >= entropyMin && !isHarmless(secret, match)) return true
  }
  return false
}
