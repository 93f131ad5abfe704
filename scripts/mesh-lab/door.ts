// Lets the outside into a host: takes connections on a listening socket that was made outside the namespace, because a socket stays where
// it was made, and leads them to a port inside. Run in the host's namespace; the socket comes with the first message.

import { connect } from 'node:net'
import type { Server, Socket } from 'node:net'

const port = Number(process.argv[2])

process.once('message', (_, server) => {
  ;(server as Server).on('connection', lead) // The lab sends nothing else.
  process.send?.('open')
})

function lead(outside: Socket): void {
  const inside = connect(port, '127.0.0.1')
  outside.pipe(inside).pipe(outside)
  outside.on('error', () => inside.destroy())
  inside.on('error', () => outside.destroy())
}
