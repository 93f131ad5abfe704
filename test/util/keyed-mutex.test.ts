import { expect, test } from 'vitest'
import { KeyedMutex } from '../../src/util/index.ts'

test('work of one key runs one after the other, in the order in which it was asked for, also behind work that failed', async () => {
  const mutex = new KeyedMutex<string>()
  const ran: string[] = []
  const hold = Promise.withResolvers<void>()
  const first = mutex.run('a', async () => {
    await hold.promise
    ran.push('first')
    throw new Error('failed')
  })
  const second = mutex.run('a', async () => ran.push('second'))
  await mutex.run('b', async () => ran.push('another key'))
  expect(ran).toEqual(['another key'])
  hold.resolve()
  await expect(first).rejects.toThrow('failed')
  await second
  expect(ran).toEqual(['another key', 'first', 'second'])
})
