// The connections of a server, so that stopping can tell those that wait for an answer from those that merely stay open.

import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'

/** Every open connection of one server, and how many answers each still waits for. */
export class Connections {
  readonly #answersOwed = new Map<Socket, number>()
  #closing = false

  constructor(server: Server) {
    server.on('connection', (socket: Socket) => {
      this.#answersOwed.set(socket, 0)
      socket.once('close', () => this.#answersOwed.delete(socket))
    })
    server.on('request', ({ socket }: IncomingMessage, response: ServerResponse) => {
      this.#count(socket, 1)
      response.once('close', () => this.#count(socket, -1))
    })
  }

  /** Cuts each connection as soon as it waits for no answer: most of them now. */
  closeWhenAnswered(): void {
    this.#closing = true
    for (const socket of this.#answersOwed.keys()) this.#closeIfAnswered(socket)
  }

  #count(socket: Socket, change: 1 | -1): void {
    const owed = this.#answersOwed.get(socket)
    if (owed === undefined) return
    this.#answersOwed.set(socket, owed + change)
    if (this.#closing) this.#closeIfAnswered(socket)
  }

  #closeIfAnswered(socket: Socket): void {
    // Soon: what is written already still leaves.
    if (this.#answersOwed.get(socket) === 0) socket.destroySoon()
  }
}
