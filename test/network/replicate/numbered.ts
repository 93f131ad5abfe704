// Names of feeds in any number, without the time that making keys takes.

import { authorFromKey } from '../../../src/feed/index.ts'
import type { Author } from '../../../src/feed/index.ts'

/** Some author; another for each index, in their order. */
export function numbered(index: number): Author {
  const key = Buffer.alloc(32, 5)
  key.writeUInt32BE(index, 0)
  return authorFromKey(key)
}
