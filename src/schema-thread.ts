// The thread that holds content against schemas of this node. parts/threads.ts starts it when there is something to check.

import { parentPort } from 'node:worker_threads'
import { checkOnOrders } from './content/index.ts'

if (parentPort === null) throw new Error('This module runs in a worker.')
await checkOnOrders(parentPort)
