import { describe, expect, test } from 'vitest'
import { statusOfCode } from '../../src/api/error-codes.ts'
import { ApiError, failureFrom } from '../../src/api/errors.ts'
import { LogError } from '../../src/log/index.ts'
import { NetworkError } from '../../src/network/index.ts'
import { StoreError } from '../../src/store/index.ts'

describe('failureFrom', () => {
  test.each([
    [new LogError('LOG_DRAFT_TOO_LARGE', 'm'), 413, 'LOG_DRAFT_TOO_LARGE'],
    [new LogError('LOG_DRAFT_INVALID', 'm'), 422, 'LOG_DRAFT_INVALID'],
    [new LogError('LOG_ROLLED_BACK', 'm'), 409, 'LOG_ROLLED_BACK'],
    [new LogError('LOG_FORKED', 'm'), 409, 'LOG_FORKED'],
    [new LogError('LOG_CLOSED', 'm'), 503, 'LOG_CLOSED'],
    [new StoreError('STORE_FULL', 'm'), 507, 'STORE_FULL'],
    [new StoreError('STORE_UNWRITABLE', 'm'), 503, 'STORE_UNWRITABLE'],
    [new StoreError('STORE_DISK_FAILED', 'm'), 503, 'STORE_DISK_FAILED'],
    [new StoreError('STORE_DAMAGED', 'm'), 503, 'STORE_DAMAGED'],
    [new NetworkError('PEER_ADDRESS_INVALID', 'm'), 400, 'INVALID_ADDRESS'],
    [new NetworkError('PEER_UNKNOWN', 'm'), 404, 'PEER_UNKNOWN'],
    [new NetworkError('PEER_FROM_CONFIG', 'm'), 409, 'PEER_FROM_CONFIG'],
    [new NetworkError('PEER_TABLE_FULL', 'm'), 409, 'PEER_TABLE_FULL'],
    [new ApiError('NETWORK_OFF', 'm'), 503, 'NETWORK_OFF'],
  ])('%s has its status and keeps its words', (error, status, code) => {
    expect(failureFrom(error)).toEqual({ status, code, message: 'm', details: {} })
  })

  test.each([
    new TypeError("Cannot read properties of undefined (reading 'secret')"),
    Object.assign(new Error('ENOENT: /home/someone/secret.key'), { code: 'ENOENT' }),
    new StoreError('STORE_FAILED', 'near "SELEKT": syntax error'),
    Object.assign(new Error('odd'), { code: 7 }),
    'a thrown string',
    undefined,
  ])('tells nothing of a fault of ours: %s', (error) => {
    const { status, code, message, details } = failureFrom(error)
    expect({ status, code, details }).toEqual({ status: 500, code: 'INTERNAL', details: {} })
    expect(message).not.toMatch(/secret|SELEKT|odd/)
  })

  test('tells one wrong field as a list, whichever layer found it', () => {
    const error = new LogError('LOG_DRAFT_INVALID', 'tags[0] is 129 bytes.', { field: 'tags', path: 'tags[0]' })
    expect(failureFrom(error).details).toEqual([{ field: 'tags', path: 'tags[0]', message: 'tags[0] is 129 bytes.' }])
  })
})

test('a code that callers never see has no status', () => {
  expect(statusOfCode('INVALID_QUERY')).toBe(400)
  expect(statusOfCode('API_PORT_IN_USE')).toBeUndefined()
  expect(statusOfCode('toString')).toBeUndefined()
})
