// How much room databases take, and how much is left for them.

import { statfsSync, statSync } from 'node:fs'

/** Bytes of these databases with what SQLite keeps beside them; those that are not there take none. */
export function sizeOnDisk(paths: readonly string[]): number {
  const files = paths.flatMap((path) => [path, `${path}-wal`, `${path}-shm`])
  return files.reduce((sum, file) => sum + (statSync(file, { throwIfNoEntry: false })?.size ?? 0), 0)
}

/** Bytes that are left, to whoever is not root, on the disk of a directory. */
export function freeOnDisk(directory: string): number {
  const { bavail, bsize } = statfsSync(directory)
  return bavail * bsize
}
