// Authors as callers name and read them: what a person types becomes a key, and a key becomes what a person reads.

import { z } from '@hono/zod-openapi'
import { isName, shownName } from '../content/index.ts'
import { isAuthor } from '../feed/index.ts'
import { plainText } from '../util/index.ts'
import { CANDIDATES_TOLD_MAX, HEADS_READ_AT_ONCE, SHORT_KEY_LENGTH_MIN } from './constants.ts'
import { ApiError } from './errors.ts'
import type { Author } from '../feed/index.ts'
import type { ApiComponents } from './components.ts'
import type { AuthorData } from './shapes/authors.ts'

type Named = ReadonlyMap<Author, string>

/** The name of an author, where it has one; what it is called by else begins its key. */
export function nameIn(names: Named, author: Author | undefined): string | undefined {
  const name = author === undefined ? undefined : names.get(author)
  return name === undefined || author?.startsWith(name) ? undefined : name
}

/** Authors with their names, in their order. */
export async function authorRows(
  { projections }: Pick<ApiComponents, 'projections'>,
  authors: readonly Author[],
): Promise<AuthorData[]> {
  const names = await projections.names(authors)
  return authors.map((author) => ({ author, author_name: nameIn(names, author) }))
}

/** The last step of a path that is about an author, for {@link authorMeant}. */
export const AuthorParams = z.object({
  author: z.string().openapi({
    description: 'A public_id; or a name, a short key, or both as they are shown: alice (@iojj3XQJ).',
    example: '@7Ty4bOVrgPs6Ck7FQU5FLD1u5LmAZLMN8fzqCCYQLyc=.ed25519',
  }),
})

/** The codes of a call that is about an author. */
export const AUTHOR_ERRORS = ['INVALID_AUTHOR', 'AUTHOR_AMBIGUOUS'] as const

/**
 * The one author who is meant by a public ID, by the beginning of one, by a name, or by both as they are shown: `alice (@iojj3XQJ)`.
 *
 * @param field - where the text stands
 * @throws ApiError `AUTHOR_AMBIGUOUS` with the candidates, `INVALID_AUTHOR`
 */
export async function authorMeant(components: ApiComponents, text: string, field = 'author'): Promise<Author> {
  const key = keyIn(text)
  if (isAuthor(key)) return key
  const candidates = key.startsWith('@') ? await beginningWith(components, key) : await named(components, text)
  const [author, another] = candidates
  if (author === undefined) throw unknown(text, field)
  if (another === undefined) return author.author
  throw ambiguous(text, candidates)
}

/**
 * Whom a caller means who takes an author off a list: one who stands there, else as {@link authorMeant}. So whoever is blocked, and has no name
 * that could be looked up, is called as the list of blocks calls him, and nobody else is taken for him.
 *
 * @throws ApiError `AUTHOR_AMBIGUOUS`, `INVALID_AUTHOR`
 */
export async function authorOnList(
  components: ApiComponents,
  list: readonly Author[],
  text: string,
  field?: string,
): Promise<Author> {
  const names = await components.projections.names(list)
  const rows = list.map((author) => ({ author, name: nameIn(names, author) }))
  const key = keyIn(text)
  const meant = rows.filter(({ author, name }) =>
    key.length < SHORT_KEY_LENGTH_MIN || !key.startsWith('@') ? isCalled(name, text) : author.startsWith(key),
  )
  const [only, another] = meant
  if (another !== undefined) throw ambiguous(text, meant)
  return only?.author ?? authorMeant(components, text, field)
}

function isCalled(name: string | undefined, text: string): boolean {
  return name !== undefined && folded(name.replace(KEY_BESIDE_NAME, '').trim()) === folded(text)
}

/** The key that stands beside a name, or the text itself: in a form-encoded query a raw `+` arrives as a space. */
function keyIn(text: string): string {
  return KEY_BESIDE_NAME.exec(text)?.groups?.key ?? text.replaceAll(' ', '+')
}

interface Candidate {
  author: Author
  name?: string | undefined
}

const KEY_BESIDE_NAME = /\((?<key>@[A-Za-z0-9+/]+)\)$/

/** Who has this name; and whoever has one that could be taken for it, so that nobody is mistaken for somebody else. */
async function named({ projections }: ApiComponents, text: string): Promise<Candidate[]> {
  const name = isName(text) ? shownName(text) : undefined
  if (name === undefined) return []
  const alike = await projections.namedLike(name)
  const isMeant = alike.some(({ ownName }) => folded(ownName) === folded(name))
  // One who is only like it is not taken for it; but two are told, so that the right one can be named.
  return isMeant || alike.length > 1 ? alike : []
}

function folded(name: string): string {
  return name.normalize('NFKC').toUpperCase().toLowerCase()
}

/** Among those of whom something is held, who are followed, blocked or muted, or who are peers. */
async function beginningWith(components: ApiComponents, key: string): Promise<Candidate[]> {
  if (key.length < SHORT_KEY_LENGTH_MIN) return []
  const { log, mailbox, network } = components
  const found = new Set<Author>()
  const consider = (author: Author | undefined) => {
    if (author?.startsWith(key) && found.size < CANDIDATES_TOLD_MAX) found.add(author)
  }
  const chosen = [...log.selection.follows, ...log.selection.blocks, ...mailbox.mutes()]
  for (const author of [log.author, ...chosen]) consider(author)
  for (const { author } of network?.peers.list() ?? []) consider(author)
  let after: Author | undefined
  do {
    const heads = await log.heads({ arrivedAfter: 0, after, limit: HEADS_READ_AT_ONCE })
    for (const { author } of heads) consider(author)
    after = heads.length < HEADS_READ_AT_ONCE ? undefined : heads.at(-1)?.author
  } while (after !== undefined && found.size < CANDIDATES_TOLD_MAX)
  const names = await components.projections.names(found)
  return [...found].map((author) => ({ author, name: nameIn(names, author) }))
}

function unknown(text: string, field: string): ApiError {
  const message =
    'must be @, the base64 of a 32-byte Ed25519 public key, and .ed25519; or the name or the short key of somebody who is known here'
  const words = `${field} ${message}. "${plainText(text.slice(0, 100))}" is neither.`
  return new ApiError('INVALID_AUTHOR', words, [{ field, message, code: 'INVALID_AUTHOR' }])
}

function ambiguous(text: string, candidates: readonly Candidate[]): ApiError {
  const told = candidates.map(({ author, name }) => (name === undefined ? author : `${name}: ${author}`))
  const message = `"${text.slice(0, 100)}" could be ${candidates.length} authors; say which by its key. ${told.join(', ')}`
  return new ApiError('AUTHOR_AMBIGUOUS', message, {
    candidates: candidates.map(({ author, name }) => ({ author, author_name: name })),
  })
}
