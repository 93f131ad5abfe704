// Authors on the command line: people type names and short keys, and read them.

import { plain, shortAuthor } from './output.ts'
import type { NodeClient } from './client.ts'

/** Columns of an author in a table. */
const AUTHOR_WIDTH = 24

const KEY_BESIDE_NAME = / \(@[A-Za-z0-9+/]+\)$/

/**
 * The author whom somebody means: a public ID as it stands, else whom the node knows by that name or short key.
 *
 * @throws EgregoreError `AUTHOR_AMBIGUOUS`, `INVALID_AUTHOR`
 */
export async function authorMeant<Text extends string | undefined>(
  node: NodeClient,
  text: Text,
): Promise<Text | string> {
  if (text === undefined || PUBLIC_ID.test(text)) return text
  return (await node.get('/v1/agents/{who}', { params: { who: text } })).data.author
}

/**
 * The author whom somebody means to take off a list: one who stands there and is called so, else as {@link authorMeant}.
 *
 * @throws EgregoreError `AUTHOR_AMBIGUOUS`, `INVALID_AUTHOR`
 */
export async function authorOnList(
  node: NodeClient,
  list: readonly { author: string; author_name?: string | undefined }[],
  text: string,
): Promise<string> {
  const [only, another] = list.filter(({ author, author_name: name = '' }) =>
    text.startsWith('@') ? author.startsWith(text) : name.toLowerCase() === text.toLowerCase(),
  )
  return only !== undefined && another === undefined ? only.author : authorMeant(node, text)
}

const PUBLIC_ID = /^@.{44}\.ed25519$/

/** How an author is called, in a column: a name that is too long for it is cut, and told apart by the key. */
export function authorCell(author: string, name: string | undefined): string {
  if (name === undefined) return shortAuthor(author)
  const shown = plain(name)
  if (Array.from(shown).length <= AUTHOR_WIDTH) return shown
  const key = ` (${shortAuthor(author)})`
  const start = Array.from(shown.replace(KEY_BESIDE_NAME, '')).slice(0, AUTHOR_WIDTH - key.length - 1)
  return `${start.join('').trimEnd()}…${key}`
}

/** An author alone on a line: the key in full, and the name where there is one. */
export function authorLine({
  author,
  author_name: name,
}: {
  author: string
  author_name?: string | undefined
}): string {
  return name === undefined ? author : `${author}  ${plain(name)}`
}
