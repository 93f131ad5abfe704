import { expect, test } from 'vitest'
import { chainOf, insights, itemOf } from '../../support/feeds.ts'
import { identityOf } from '../../support/open-log.ts'
import { nodeOf, pullBetween, rootsOf } from './pair.ts'

test('smoke', async () => {
  const a = nodeOf(1)
  const b = nodeOf(2)
  await a.log.ingest(chainOf(identityOf(9), insights(500)).map(itemOf), 'x')
  await a.log.publish({ content: { hello: 1 } })
  const first = await pullBetween(b, a)
  console.log(first.pullerError, first.serverError, first.rounds, first.traffic, first.wires.crossed.map((c) => [c.from, c.frame.kind, c.bytes]))
  const [x, y] = await rootsOf(a, b)
  expect(x).toBe(y)
  const second = await pullBetween(b, a)
  console.log(second.pullerError, second.serverError, second.rounds, second.traffic, second.wires.crossed.map((c) => [c.from, c.frame.kind, c.bytes]))
})
