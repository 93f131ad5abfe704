// Writes a small file so that it is there whole or not at all, also after a power cut.

import { closeSync, fsyncSync, openSync, renameSync, writeSync } from 'node:fs'
import { dirname } from 'node:path'

/** Writes beside the path, flushes, renames over it, then flushes the directory: only then is the new name on disk too. */
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
  flushDirectory(dirname(path))
}

function flushDirectory(path: string): void {
  if (process.platform === 'win32') return // Directories cannot be opened there.
  const directory = openSync(path, 'r')
  try {
    fsyncSync(directory)
  } finally {
    closeSync(directory)
  }
}
