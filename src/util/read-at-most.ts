// Reads a small file: what somebody names may as well be a disk image or a device that never ends.

import { closeSync, openSync, readSync } from 'node:fs'

/**
 * The bytes of a file, whole.
 *
 * @throws Error of the file system, and of a file that has more
 */
export function readAtMost(path: string, bytesMax: number): Uint8Array {
  const descriptor = openSync(path, 'r')
  try {
    const bytes = Buffer.alloc(bytesMax + 1)
    let length = 0
    for (let count = 1; count > 0 && length < bytes.length; length += count) {
      count = readSync(descriptor, bytes, length, bytes.length - length, null)
    }
    if (length > bytesMax) throw new Error(`it has more than ${bytesMax.toLocaleString('en')} bytes`)
    return bytes.subarray(0, length)
  } finally {
    closeSync(descriptor)
  }
}
