// A choice of feeds as the log's statements take it: SQL, and the keys that are bound to it.

import { keyFromAuthor } from '../../feed/index.ts'
import { hexOf } from './log-rows.ts'
import type { Author } from '../../feed/index.ts'
import type { FeedFilter } from '../../log/index.ts'
import type { Filtered } from './log-statements.ts'

/** The statement that fits a filter. */
export function sqlFor({ all, some }: Filtered, { only }: FeedFilter): string {
  return only === undefined ? all : some
}

/** The parameters of a filter's statement. */
export function keysOf({ only, without }: FeedFilter): string[] {
  return only === undefined ? [keyList(without)] : [keyList(only), keyList(without)]
}

/** Keys as a JSON array of hex. */
export function keyList(authors: readonly Author[]): string {
  return JSON.stringify(authors.map((author) => hexOf(keyFromAuthor(author))))
}
