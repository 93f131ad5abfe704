import { expect, test } from 'vitest'
import { encodePayload } from '../../../src/network/gossip/payload.ts'
import { Pushed } from '../../../src/network/gossip/pushed.ts'
import { Validator } from '../../../src/network/gossip/validator.ts'
import { StorageBudgets } from '../../../src/network/replicate/index.ts'
import { chainOf, insights, itemOf } from '../../support/feeds.ts'
import { identityOf, openLog } from '../../support/open-log.ts'

test.each([
  ['author', { authorBytes: 1, peerBytes: 1e9 }],
  ['peer', { authorBytes: 1e9, peerBytes: 1 }],
] as const)('a message is ignored when the budget of its %s is spent, and held against nobody', async (_, init) => {
  const { log, clock } = openLog({ seed: 1 })
  const budgets = new StorageBudgets(init)
  const now = () => clock.now
  const validator = new Validator({ log, budgets, isBlocked: () => false, pushed: new Pushed(), clock: now })
  const payloads = chainOf(identityOf(2), insights(2)).map((message) =>
    encodePayload({ kind: 'item', ...itemOf(message) }),
  )
  const verdicts = []
  for (const payload of payloads) verdicts.push(await validator.judge(payload, 'peer'))
  expect(verdicts).toMatchObject([{ accept: 'item' }, { ignore: 'budget' }])
  expect(log.counts().messages).toBe(1)
})
