import { multiaddrConnectionPair } from '@libp2p/utils'
import { expect, test, vi } from 'vitest'
import { takeTurns } from '../../../src/network/capability/turns.ts'
import { eventually } from '../../support/eventually.ts'

const CHUNK = new Uint8Array(8 * 1024)
const CHUNKS = 128
const BYTES_PER_TURN = 128 * 1024

/** Bytes that came in each turn of the event loop. */
async function bytesByTurn(isPaced: boolean): Promise<number[]> {
  const [outbound, inbound] = multiaddrConnectionPair()
  if (isPaced) takeTurns(inbound)
  const turns = [0]
  let isOver = false
  const turn = (): void => {
    turns.push(0)
    if (!isOver) setImmediate(turn)
  }
  setImmediate(turn)
  inbound.addEventListener('message', ({ data }) => {
    turns[turns.length - 1] = (turns.at(-1) ?? 0) + data.byteLength
  })
  for (let count = 0; count < CHUNKS; count++) outbound.send(CHUNK)
  const sum = () => turns.reduce((all, bytes) => all + bytes, 0)
  await eventually(() => expect(sum()).toBe(CHUNKS * CHUNK.length))
  isOver = true
  return turns
}

test('no more than 128 KiB come between two turns, and all of it comes', async () => {
  expect(Math.max(...(await bytesByTurn(false)))).toBeGreaterThan(BYTES_PER_TURN)
  expect(Math.max(...(await bytesByTurn(true)))).toBeLessThanOrEqual(BYTES_PER_TURN + CHUNK.length)
})

test('a connection that ends while it is held back throws nothing', async () => {
  const [outbound, inbound] = multiaddrConnectionPair()
  takeTurns(inbound)
  const paused = vi.spyOn(inbound, 'pause')
  inbound.addEventListener('message', () => {
    if (paused.mock.calls.length > 0) inbound.abort(new Error('enough'))
  })
  for (let count = 0; count < CHUNKS; count++) outbound.send(CHUNK)
  await eventually(() => expect(paused).toHaveBeenCalled())
  inbound.abort(new Error('enough'))
  for (let turns = 0; turns < 10; turns++) await new Promise(setImmediate)
  expect(inbound.status).toBe('aborted')
})
