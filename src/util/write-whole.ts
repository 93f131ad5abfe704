// Writes a small file so that it is there whole or not at all, also after a power cut.

import { closeSync, fsyncSync, openSync, renameSync, writeSync } from 'node:fs'

/** Writes beside the path, flushes, then renames over it. */
export function writeWhole(path: string, content: string | Uint8Array, mode: number): void {
  const draft = `${path}.${process.pid}.new`
  const file = openSync(draft, 'w', mode)
  try {
    writeSync(file, typeof content === 'string' ? Buffer.from(content) : content)
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
  renameSync(draft, path)
}
