import { expect, test } from 'vitest'
import { capabilityOf, discriminatorOf } from '../../src/feed/index.ts'
import { protocolFile } from './vector-files.ts'

const vector: Record<string, string> = JSON.parse(protocolFile('vectors/identity.json'))

test('capability and discriminator of a network key are the vector’s', () => {
  const capability = capabilityOf(vector.network_key ?? '')
  expect(Buffer.from(capability).toString('hex')).toBe(vector.capability_hex)
  expect(discriminatorOf(capability)).toBe(vector.discriminator_hex)
})

test('a network key counts as UTF-8', () => {
  expect(capabilityOf('ключ')).toEqual(capabilityOf(Buffer.from('ключ').toString('utf8')))
  expect(capabilityOf('\u00e9')).not.toEqual(capabilityOf('e\u0301'))
})
