// The connections of a server: at most so many, and none may keep others out by doing nothing. When the server stops, those that wait for an answer
// still get it, and those that merely stay open are closed at once.

import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'

/** How many connections, and how long one may take nothing of what it is sent. */
export interface ConnectionLimits {
  connectionsMax: number
  stalledMs: number
  /** How often connections are looked at. */
  checkMs: number
}

/** One connection. */
interface Line {
  /** Requests that wait for their answers. */
  owed: number
  /** The last one that came, maybe still without its end. */
  request: IncomingMessage | undefined
  /** Bytes that the other side has taken, and since when it has taken no more while there were more. */
  taken: number
  stalledSince: number | undefined
}

/** Every open connection of one server. */
export class Connections {
  readonly #limits: ConnectionLimits
  /** The one that has waited longest for a request comes first. */
  readonly #lines = new Map<Socket, Line>()
  #closing = false

  constructor(server: Server, limits: ConnectionLimits) {
    this.#limits = limits
    server.on('connection', (socket: Socket) => this.#take(socket))
    server.on('request', (request: IncomingMessage, response: ServerResponse) => this.#answer(request, response))
    const checks = setInterval(() => this.#dropStalled(performance.now()), limits.checkMs).unref()
    server.once('close', () => clearInterval(checks))
  }

  /** Cuts each connection as soon as it waits for no answer: most of them now. */
  closeWhenAnswered(): void {
    this.#closing = true
    for (const [socket, line] of this.#lines) closeIfAnswered(socket, line)
  }

  /** Whoever has not said all of its request for longest makes place: a hundred of those must not keep out the one that has. */
  #take(socket: Socket): void {
    const isFull = this.#lines.size >= this.#limits.connectionsMax
    const leaving = isFull ? (this.#longestSilent() ?? socket) : undefined
    leaving?.destroy()
    if (leaving === socket) return
    if (leaving !== undefined) this.#lines.delete(leaving)
    this.#lines.set(socket, { owed: 0, request: undefined, taken: 0, stalledSince: undefined })
    socket.once('close', () => this.#lines.delete(socket))
  }

  /** Undefined while all of them wait for answers. */
  #longestSilent(): Socket | undefined {
    for (const [socket, { owed, request }] of this.#lines) if (owed === 0 || request?.complete === false) return socket
    return undefined
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    const { socket } = request
    const line = this.#lines.get(socket)
    if (line === undefined) return
    line.owed++
    line.request = request
    response.once('close', () => {
      line.owed--
      if (this.#closing) closeIfAnswered(socket, line)
      // From now on it waits again, behind those that wait already.
      if (this.#lines.delete(socket)) this.#lines.set(socket, line)
    })
  }

  #dropStalled(now: number): void {
    for (const [socket, line] of this.#lines) {
      const taken = socket.bytesWritten - socket.writableLength
      if (socket.writableLength === 0 || taken !== line.taken) line.stalledSince = undefined
      else line.stalledSince ??= now
      line.taken = taken
      if (line.stalledSince !== undefined && now - line.stalledSince >= this.#limits.stalledMs) socket.destroy()
    }
  }
}

function closeIfAnswered(socket: Socket, { owed }: Line): void {
  // Soon: what is written already still leaves.
  if (owed === 0) socket.destroySoon()
}
