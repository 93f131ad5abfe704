// The JSON Schema of protocols/message/1 against its vectors. A schema sees values, not spelling: it may accept more than a reader does.

import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { bytesOf, type MessageVector, protocolFile, vectorsOf } from './vector-files.ts'

const schema = z.fromJSONSchema(JSON.parse(protocolFile('schema.json')))
const vectors = ['message-1.json', 'text.json', 'timestamps.json', 'limits.json', 'authors.json'].flatMap((file) =>
  vectorsOf<MessageVector>(file),
)

describe('schema.json', () => {
  test('fits every accepted vector in its JSON form', () => {
    const accepted = vectors.filter((vector) => vector.expect.accept)
    expect(accepted.filter((vector) => !schema.safeParse(jsonFormOf(vector)).success).map(({ name }) => name)).toEqual(
      [],
    )
  })

  test.for([
    'previous left out at sequence 1',
    'empty tags written out',
    'timestamp with a zero fraction',
    'sequence 0',
    'sequence 9007199254740992',
    'schema_id null',
    'relates in upper case',
    'an unknown field at the end',
    'author: spare bits set',
    'author: 31 bytes',
    'previous: 63 characters',
    'signature: 63 bytes',
  ])('refuses the vector of %s', (name) => {
    const vector = vectors.find((candidate) => candidate.name === name)
    expect(vector).toBeDefined()
    expect(vector && schema.safeParse(jsonFormOf(vector)).success).toBe(false)
  })
})

function jsonFormOf(vector: MessageVector): unknown {
  const text = Buffer.from(bytesOf(vector)).toString('utf8')
  return JSON.parse(`${text.slice(0, -1)},"hash":"${vector.hash}","signature":"${vector.signature}"}`)
}
