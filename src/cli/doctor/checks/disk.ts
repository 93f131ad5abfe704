// Whether there is room for what the node writes.

import { existsSync } from 'node:fs'
import { dirname } from 'node:path'
import { freeOnDisk, sizeOnDisk } from '../../../store/index.ts'
import { sizeOf } from '../../policy-options.ts'
import { ok, SHORT_MS } from '../check.ts'
import type { Check } from '../check.ts'

/** A node refuses messages with less than 8 MiB, and takes them again with twice that. */
const ROOM_BYTES_MIN = 16 * 1024 * 1024

/** Some days of an ordinary node. */
const ROOM_BYTES_WANTED = 512 * 1024 * 1024

export const disk: Check = {
  name: 'disk',
  title: 'disk',
  timeoutMs: SHORT_MS,
  run: ({ paths }) => {
    const free = freeOnDisk(nearestDirectory(paths.data))
    const used = sizeOnDisk([paths.database, paths.projections])
    const found = `${sizeOf(free)} free; the node takes ${sizeOf(used)}`
    if (free < ROOM_BYTES_MIN) {
      const advice = 'Free some space, or let "egregore retention" forget: nearly full, a node takes no messages.'
      return { verdict: 'failed', found, advice }
    }
    if (free < Math.max(ROOM_BYTES_WANTED, sizeOnDisk([paths.database]))) {
      const advice =
        'Free some space: a backup, and an update that changes the database, need as much as the log takes.'
      return { verdict: 'warning', found, advice }
    }
    return ok(found)
  },
}

function nearestDirectory(path: string): string {
  return existsSync(path) || dirname(path) === path ? path : nearestDirectory(dirname(path))
}
