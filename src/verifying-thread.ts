// A thread that checks signatures, as many as it is given at once. parts/threads.ts starts it when there is much to check.

import { parentPort } from 'node:worker_threads'
import { checkPacked, quickestCheck } from './feed/index.ts'
import { yieldToOthers } from './util/index.ts'
import type { CheckedSignatures, PackedSignatures } from './log/index.ts'

if (parentPort === null) throw new Error('This module runs in a worker.')
const port = parentPort

yieldToOthers()
const isValid = await quickestCheck()
port.on('message', ({ id, packed }: PackedSignatures) => {
  port.postMessage({ id, valid: checkPacked(packed, isValid) } satisfies CheckedSignatures)
})
