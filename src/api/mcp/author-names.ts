// The names that authors give themselves, for an index: a profile is a message like any other. A name proves nothing, so it stands beside
// the key that does.

import { PAGE_MAX } from '../constants.ts'
import { feedRoute } from '../routes/lists.ts'
import { NAMES_KEPT_MS, PROFILE_LENGTH_MAX, WORD_BYTES_MAX } from './constants.ts'
import { shortText } from './plain-text.ts'
import { readMessage } from './shown-message.ts'
import { callRoute } from './tool.ts'
import type { ApiParts } from '../components.ts'

/** Reads the newest profiles now and then. Whose is not among them has no name here. */
export class AuthorNames {
  readonly #parts: ApiParts
  #names: ReadonlyMap<string, string> = new Map()
  /** Milliseconds since 1970. */
  #freshUntil = Number.NEGATIVE_INFINITY

  constructor(parts: ApiParts) {
    this.#parts = parts
  }

  async byAuthor(): Promise<ReadonlyMap<string, string>> {
    const now = this.#parts.clock()
    if (now < this.#freshUntil) return this.#names
    const query = { content_type: 'profile', include_self: 'true', limit: `${PAGE_MAX}` }
    const answer = await callRoute(this.#parts, feedRoute, { query })
    this.#names = namesIn('items' in answer ? answer.items : [])
    this.#freshUntil = now + NAMES_KEPT_MS
    return this.#names
  }
}

/** Of an author's profiles the newest counts, which stands first. */
function namesIn(profiles: readonly string[]): ReadonlyMap<string, string> {
  const names = new Map<string, string>()
  for (const profile of profiles) {
    if (profile.length > PROFILE_LENGTH_MAX) continue
    const { author, content } = readMessage(profile)
    const { name } = content as { name?: unknown } // As: what has a type is an object.
    const shown = typeof name === 'string' ? shortText(name, WORD_BYTES_MAX) : ''
    if (shown !== '' && !names.has(author)) names.set(author, shown)
  }
  return names
}
