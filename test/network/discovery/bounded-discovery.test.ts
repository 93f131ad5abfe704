import { expect, test } from 'vitest'
import { boundedDiscovery } from '../../../src/network/discovery/bounded-discovery.ts'
import { DHT_PEERS_PER_HOUR_MAX } from '../../../src/network/discovery/constants.ts'

test('a thousand peers an hour are passed on as they came, and no more', () => {
  const source = new EventTarget()
  const passed: unknown[] = []
  boundedDiscovery(source).addEventListener('peer', (event) => passed.push((event as CustomEvent).detail))
  const name = (detail: number) => source.dispatchEvent(new CustomEvent('peer', { detail }))
  for (let count = 1; count <= DHT_PEERS_PER_HOUR_MAX; count++) name(count)
  expect(passed).toHaveLength(DHT_PEERS_PER_HOUR_MAX)
  expect(passed[0]).toBe(1)
  name(0)
  expect(passed).toHaveLength(DHT_PEERS_PER_HOUR_MAX)
})
