// Looks up a name once, checks its addresses, and lets the connection use those and no others: a second look-up could be answered with
// something else (DNS rebinding).

import { lookup } from 'node:dns'
import type { LookupFunction } from 'node:net'

/**
 * For sockets, in place of `dns.lookup`. A name is refused with the code `EMETADATA` when any of its addresses is.
 *
 * @param isRefused - asked of each address
 */
export function checkedLookup(isRefused: (address: string) => boolean): LookupFunction {
  return (hostname, options, callback) => {
    lookup(hostname, { ...options, all: true }, (error, addresses) => {
      const [first] = addresses ?? []
      if (error !== null || first === undefined) return callback(error ?? refusal('ENOTFOUND'), '')
      if (addresses.some(({ address }) => isRefused(address))) return callback(refusal('EMETADATA'), '')
      if (options.all) return callback(null, addresses)
      return callback(null, first.address, first.family)
    })
  }
}

function refusal(code: string): NodeJS.ErrnoException {
  return Object.assign(new Error(code), { code })
}
