import { Ajv } from 'ajv'
import { expect, test } from 'vitest'
import { parse } from 'yaml'
import { ALL_SETTINGS, configJsonSchema } from '../../src/config/index.ts'
import { configTemplate } from '../../src/config/template.ts'

const fits = new Ajv({ strict: false }).compile(configJsonSchema())

test('the commented file fits, with every key set too', () => {
  expect(fits(parse(configTemplate()) ?? {})).toBe(true)
  const all = Object.fromEntries(
    ALL_SETTINGS.filter((one) => !one.key.includes('.') && one.default !== undefined).map((one) => [
      one.key,
      one.default,
    ]),
  )
  expect(fits({ ...all, api: { enabled: false }, log: { level: 'warn' } })).toBe(true)
})

test.each([
  { prot: 1 },
  { port: 70_000 },
  { port: '1' },
  { api: true },
  { log: { level: 'loud' } },
  { log: { levle: 'info' } },
  { peers: 'a:1' },
])('%j does not fit', (value) => {
  expect(fits(value)).toBe(false)
})

test('keys of the original fit, and are marked as old', () => {
  expect(fits({ log: { level: 'network=debug,warn' } })).toBe(true)
  expect(fits({ push_enabled: true, logging: { format: 'json' }, otlp: {} })).toBe(true)
  expect(configJsonSchema()).toMatchObject({ properties: { push_enabled: { deprecated: true } } })
})

test('every setting has its description and default for an editor to show', () => {
  expect(configJsonSchema()).toMatchObject({
    properties: {
      gossip_port: { type: 'integer', minimum: 0, maximum: 65_535, default: 7655, description: expect.any(String) },
      log: { properties: { level: { pattern: expect.stringContaining('warn') } } },
    },
  })
})
