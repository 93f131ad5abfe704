import { expect, test } from 'vitest'
import { isMetadataAddress, isMetadataService } from '../../src/util/index.ts'

test.each([
  '169.254.169.254',
  '169.254.0.0',
  '169.254.255.255',
  '::ffff:169.254.169.254',
  '::ffff:a9fe:a9fe',
  '64:ff9b::a9fe:a9fe',
  '2002:a9fe:a9fe::1',
  'fe80::1',
  'fe80::1%eth0',
  'fd00:ec2::254',
  'fd20:ce::254',
  '100.100.100.200',
  '168.63.129.16',
  '192.0.0.192',
])('%s is an address of metadata', (address) => {
  expect(isMetadataAddress(address)).toBe(true)
})

test.each([
  '127.0.0.1',
  '::1',
  '10.0.0.1',
  '192.168.1.1',
  '169.253.255.255',
  '169.255.0.0',
  '100.100.100.199',
  'fec0::1',
  'fd00:ec2::253',
  '64:ff9b::1',
  'metadata.google.internal',
  '',
])('%s is none', (address) => {
  expect(isMetadataAddress(address)).toBe(false)
})

test('peers may meet on link-local addresses, and nowhere where a service is known to answer', () => {
  expect(isMetadataService('169.254.7.7')).toBe(false)
  for (const address of ['169.254.169.254', '::ffff:169.254.169.254', 'fd00:ec2::254', '100.100.100.200']) {
    expect(isMetadataService(address)).toBe(true)
  }
})
