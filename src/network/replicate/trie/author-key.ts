// The bytes in an author's name that was accepted before: where there are many, checking each again would take most of the time.

import type { Author } from '../../../feed/index.ts'

/** The 32 bytes of a key, from a name that the decoder or the log made of them. */
export function keyIn(author: Author): Buffer {
  return Buffer.from(author.slice(1, author.indexOf('.')), 'base64')
}
