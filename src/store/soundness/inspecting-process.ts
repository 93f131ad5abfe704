// A process of inspect.ts: looks, prints what it found as JSON, ends. A process, because reading every page of a large file cannot be ended
// in a thread.

import { inspectLog, inspectProjections } from './inspection.ts'

const [path = '', projections] = process.argv.slice(2)
const found = projections === undefined ? await inspectLog(path) : inspectProjections(path, projections)
process.stdout.write(JSON.stringify(found))
