import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { capabilityOf, discriminatorOf } from '../../../src/feed/index.ts'
import { dhtProtocolOf } from '../../../src/network/discovery/names.ts'

interface NameVector {
  name: string
  networkKey: string
  discriminator: string
  protocol: string
}

const FILE = new URL('../../../protocols/kad/1.0.0/vectors/names.json', import.meta.url)
const { vectors }: { vectors: NameVector[] } = JSON.parse(readFileSync(FILE, 'utf8'))

test.each(vectors)('the DHT of a network: $name', ({ networkKey, discriminator, protocol }) => {
  expect(discriminatorOf(capabilityOf(networkKey))).toBe(discriminator)
  expect(dhtProtocolOf(discriminator)).toBe(protocol)
})
