// Loaded into a node's process before anything else (`node --import`): its main thread takes a second over each file that it removes of
// its projections, as on a machine that has much else to do. Threads that it has started by then go on meanwhile.

import fs from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'
import { isMainThread } from 'node:worker_threads'

const SLOWLY_MS = 1000

if (isMainThread) {
  const { rmSync } = fs
  fs.rmSync = (path, options) => {
    if (String(path).includes('projections.db')) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, SLOWLY_MS)
    rmSync(path, options)
  }
  syncBuiltinESMExports()
}
