import { expect, test } from 'vitest'
import { isTrustedWay } from '../../../src/cli/update/source.ts'

test.each([
  ['https://example.org/releases.json', true],
  ['http://127.0.0.1:8080/', true],
  ['http://127.1.2.3/', true],
  ['http://localhost/', true],
  ['http://[::1]:80/', true],
  ['http://example.org/', false],
  ['http://127.example.org/', false],
  ['http://127.0.0.1.example.org/', false],
  ['http://localhost.example.org/', false],
  ['http://128.0.0.1/', false],
  ['ftp://127.0.0.1/', false],
  ['file:///etc/passwd', false],
  ['no address', false],
])('%s is a way that nobody else reads: %j', (address, isTrusted) => {
  expect(isTrustedWay(address)).toBe(isTrusted)
})
