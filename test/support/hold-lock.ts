// Run as a process: locks the directory named by its argument, says so, and holds it until it is killed.

import { lockDirectory } from '../../src/store/index.ts'

const lock = lockDirectory(process.argv[2] ?? '')
process.stdout.write('locked\n')
// The timer keeps the process alive; the reference in its closure keeps the lock.
setInterval(() => lock, 1_000_000)
