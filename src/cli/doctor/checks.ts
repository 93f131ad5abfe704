// Every check, in the order in which they are told: from what everything stands on to what agents see. A new one is a file in checks/ and a line here.

import { addresses } from './checks/addresses.ts'
import { clients } from './checks/clients.ts'
import { clock } from './checks/clock.ts'
import { configuration } from './checks/configuration.ts'
import { database } from './checks/database.ts'
import { disk } from './checks/disk.ts'
import { health } from './checks/health.ts'
import { mcp } from './checks/mcp.ts'
import { multicast } from './checks/multicast.ts'
import { nodeVersion } from './checks/node-version.ts'
import { peers } from './checks/peers.ts'
import { permissions } from './checks/permissions.ts'
import { ports } from './checks/ports.ts'
import { nodeProcess } from './checks/process.ts'
import { reach } from './checks/reach.ts'
import { recentErrors } from './checks/recent-errors.ts'
import { roundTrip } from './checks/round-trip.ts'
import { search } from './checks/search.ts'
import type { Check } from './check.ts'

export const CHECKS: readonly Check[] = [
  nodeVersion,
  configuration,
  permissions,
  disk,
  nodeProcess,
  health,
  recentErrors,
  database,
  search,
  clock,
  ports,
  addresses,
  multicast,
  reach,
  peers,
  mcp,
  clients,
  roundTrip,
]
