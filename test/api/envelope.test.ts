import { describe, expect, test } from 'vitest'
import { envelopeText, listEnvelope } from '../../src/api/envelope.ts'

describe('envelopeText', () => {
  test('leaves absent parts out', () => {
    expect(envelopeText({ data: '1' })).toBe('{"success":true,"data":1}')
    expect(envelopeText({})).toBe('{"success":true}')
    expect(envelopeText({ error: { code: 'A', message: 'b' } })).toBe(
      '{"success":false,"error":{"code":"A","message":"b"}}',
    )
  })

  test('leaves absent metadata and empty details out', () => {
    const metadata = { total: undefined, limit: 5, offset: 0, next: undefined }
    expect(envelopeText({ data: '[]', metadata })).toBe('{"success":true,"data":[],"metadata":{"limit":5,"offset":0}}')
    expect(envelopeText({ data: '1', metadata: {} })).toBe('{"success":true,"data":1}')
    expect(envelopeText({ error: { code: 'A', message: 'b', details: {} } })).not.toContain('details')
  })

  test('does not read or change its data', () => {
    expect(envelopeText({ data: '[1.0,"\u2028"]' })).toBe('{"success":true,"data":[1.0,"\u2028"]}')
  })

  test('can hold data beside an error', () => {
    const both = envelopeText({ data: '{"ok":false}', error: { code: 'UNHEALTHY', message: 'm' } })
    expect(JSON.parse(both)).toEqual({
      success: false,
      data: { ok: false },
      error: { code: 'UNHEALTHY', message: 'm' },
    })
  })
})

describe('listEnvelope', () => {
  test('leaves items as they are, and joins into one envelope', () => {
    const pieces = [...listEnvelope(['{"b":1.0,"a":"\u2028"}', '1E5'], { total: 2, next: 'x' })]
    expect(pieces.join('')).toBe(
      '{"success":true,"data":[{"b":1.0,"a":"\u2028"},1E5],"metadata":{"total":2,"next":"x"}}',
    )
  })

  test('holds an empty list', () => {
    expect([...listEnvelope([], {})].join('')).toBe('{"success":true,"data":[],"metadata":{}}')
  })
})
