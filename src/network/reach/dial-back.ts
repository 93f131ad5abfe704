// Keeps libp2p's AutoNAT from closing connections that are in use. Asked to dial a member back, it takes the connection that it has to that member
// for its answer, finds that the address is another, and closes it: everything that ran on it would be cut.

import type { AutoNATComponents } from '@libp2p/autonat'

/** The same components, whose dials always make a connection of their own, and which go looking for nobody. */
export function dialBackAnew(components: AutoNATComponents): AutoNATComponents {
  const connectionManager = replaced(components.connectionManager, {
    openConnection: (target, options) =>
      components.connectionManager.openConnection(target, { ...options, force: true }),
  })
  // It would dial random peers past all limits of ours.
  const randomWalk = { async *walk() {} }
  return replaced(components, { connectionManager, randomWalk })
}

function replaced<Whole extends object>(whole: Whole, parts: Partial<Whole>): Whole {
  return new Proxy(whole, {
    get: (target, name) => {
      if (name in parts) return Reflect.get(parts, name)
      const value = Reflect.get(target, name, target)
      return typeof value === 'function' ? value.bind(target) : value
    },
  })
}
