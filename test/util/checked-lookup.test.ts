import { expect, test } from 'vitest'
import { checkedLookup, isMetadataAddress } from '../../src/util/index.ts'

const look = checkedLookup(isMetadataAddress)

/** A name in hexadecimal is looked up to the same address, and seen in no text. */
test.each(['169.254.169.254', 'fd00:ec2::254', '0xa9fea9fe'])('a name that leads to %s is refused', async (address) => {
  const refused = await new Promise((resolve) => look(address, { all: true }, (error) => resolve(error)))
  expect(refused).toMatchObject({ code: 'EMETADATA' })
})

test.each([true, false])('other names are looked up as ever (all: %j)', async (all) => {
  const found = await new Promise((resolve) => {
    look('127.0.0.1', { all }, (error, address) => resolve(error ?? address))
  })
  expect(found).toEqual(all ? [{ address: '127.0.0.1', family: 4 }] : '127.0.0.1')
})
