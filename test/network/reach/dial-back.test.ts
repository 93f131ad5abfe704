import { expect, test } from 'vitest'
import { dialBackAnew } from '../../../src/network/reach/dial-back.ts'
import type { AutoNATComponents } from '@libp2p/autonat'

test('a member that is dialled back gets a connection of its own, so that the one that stands is not closed for it', async () => {
  const asked: unknown[] = []
  class ConnectionManager {
    readonly #name = 'the real one'

    openConnection(target: unknown, options: unknown): string {
      asked.push({ target, options })
      return this.#name
    }

    getConnections(): string {
      return this.#name
    }
  }
  const components = { connectionManager: new ConnectionManager(), peerId: 'us', randomWalk: undefined }
  const wrapped = dialBackAnew(components as unknown as AutoNATComponents)
  expect(await wrapped.connectionManager.openConnection('target' as never, { priority: 1 })).toBe('the real one')
  expect(asked).toEqual([{ target: 'target', options: { priority: 1, force: true } }])
  expect(wrapped.connectionManager.getConnections()).toBe('the real one')
  expect(wrapped.peerId).toBe('us')
  expect(await Array.fromAsync(wrapped.randomWalk.walk())).toEqual([])
})
