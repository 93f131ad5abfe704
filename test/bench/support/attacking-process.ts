// Run as a process: attacks the node that its arguments name, until it is killed.

import { FLOODS, LIES } from '../../e2e/siege/members.ts'
import { CONNECTIONS_HELD } from '../../e2e/siege/strangers.ts'
import type { Attack, Victim } from '../../e2e/siege/attack.ts'
import type { Side } from './attackers.ts'

const ATTACKS: Readonly<Record<Side, readonly Attack[]>> = { flood: FLOODS, lie: LIES, connect: CONNECTIONS_HELD }

const [side, victim] = process.argv.slice(2)
const { signal } = new AbortController()
process.on('disconnect', () => process.exit(0))
process.send?.('attacking')
// As: the words are those of attackers.ts. What an attack leaves ends with this process.
await Promise.all(ATTACKS[side as Side].map((attack) => attack(JSON.parse(victim ?? '') as Victim, signal, () => {})))
