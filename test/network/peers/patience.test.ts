import { expect, test } from 'vitest'
import { patienceWith } from '../../../src/network/peers/patience.ts'

const FOR_EVER = Number.POSITIVE_INFINITY

test.each(['flag', 'file', 'api'] as const)(
  'a peer from %s is dialled for ever, whoever else is connected',
  (source) => {
    expect(patienceWith(source, 32)).toEqual({ triesMax: FOR_EVER, connectedMax: FOR_EVER })
  },
)

test('an entry point is dialled for ever, while fewer than four peers are connected', () => {
  expect(patienceWith('bootstrap', 32)).toEqual({ triesMax: FOR_EVER, connectedMax: 4 })
})

test.each(['mdns', 'dht', 'met'] as const)('a peer from %s is tried sixteen times, while there is room', (source) => {
  expect(patienceWith(source, 32)).toEqual({ triesMax: 16, connectedMax: 32 })
})
