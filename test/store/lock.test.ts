import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, readdirSync, rmdirSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { holderOfLock, lockDirectory } from '../../src/store/index.ts'
import { temporaryDirectory } from '../support/temporary.ts'

const HOLDER = new URL('../support/hold-lock.ts', import.meta.url).pathname

/** Another process that holds the lock until it is killed. */
async function holdElsewhere(directory: string) {
  const child = spawn(process.execPath, [HOLDER, directory], { stdio: ['ignore', 'pipe', 'inherit'] })
  await once(child.stdout, 'data')
  return child
}

test('a directory is locked for one process at a time, and the second is told who holds it', async () => {
  const directory = temporaryDirectory()
  const child = await holdElsewhere(directory)
  expect(() => lockDirectory(directory)).toThrow(
    expect.objectContaining({ code: 'STORE_LOCKED', message: expect.stringContaining(`process ${child.pid}`) }),
  )
  child.kill()
  await once(child, 'exit')
})

test('a lock is free again as soon as its holder is killed without warning', async () => {
  const directory = temporaryDirectory()
  const child = await holdElsewhere(directory)
  child.kill('SIGKILL')
  await once(child, 'exit')
  lockDirectory(directory).release()
})

test('a released lock can be taken again, and releasing twice is safe', () => {
  const directory = temporaryDirectory()
  const lock = lockDirectory(directory)
  lock.release()
  lock.release()
  lockDirectory(directory).release()
})

test('a directory that does not exist is made for its owner only', () => {
  const directory = join(temporaryDirectory(), 'a', 'b')
  lockDirectory(directory).release()
  expect(statSync(directory).mode & 0o777).toBe(0o700)
})

test('a file where the directory should be is refused', () => {
  const path = join(temporaryDirectory(), 'file')
  writeFileSync(path, '')
  expect(() => lockDirectory(path)).toThrow(expect.objectContaining({ code: 'STORE_UNWRITABLE' }))
  expect(() => lockDirectory(join(path, 'below'))).toThrow(expect.objectContaining({ code: 'STORE_UNWRITABLE' }))
})

test('a lock that could not name its holder is given up', () => {
  const directory = temporaryDirectory()
  mkdirSync(join(directory, 'lock.holder'))
  expect(() => lockDirectory(directory)).toThrow(expect.objectContaining({ code: 'STORE_UNWRITABLE' }))
  rmdirSync(join(directory, 'lock.holder'))
  lockDirectory(directory).release()
})

test('who holds a directory can be looked at, and nothing is taken or made by looking', async () => {
  const directory = temporaryDirectory()
  expect(holderOfLock(directory)).toBe('free')
  expect(readdirSync(directory)).toEqual([])
  const child = await holdElsewhere(directory)
  expect(holderOfLock(directory)).toEqual({ pid: child.pid })
  child.kill('SIGKILL')
  await once(child, 'exit')
  expect(holderOfLock(directory)).toBe('free')
})
