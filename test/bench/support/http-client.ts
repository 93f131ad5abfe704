// HTTP as a program speaks it to its node: few connections, kept alive.

import { Agent, request } from 'node:http'

/** Speaks to one node. */
export class HttpClient {
  readonly #base: string
  readonly #agent: Agent

  constructor(base: string, connections = 1) {
    this.#base = base
    this.#agent = new Agent({ keepAlive: true, maxSockets: connections })
  }

  /** The `data` of the answer. */
  async get<Data>(path: string): Promise<Data> {
    return dataOf(await this.#call('GET', path))
  }

  /** The `data` of the answer. */
  async post<Data>(path: string, body: string): Promise<Data> {
    return dataOf(await this.#call('POST', path, body))
  }

  /** The answer as it is. */
  postText(path: string, body: string, headers: Record<string, string> = {}): Promise<string> {
    return this.#call('POST', path, body, headers)
  }

  close(): void {
    this.#agent.destroy()
  }

  #call(method: string, path: string, body?: string, given: Record<string, string> = {}): Promise<string> {
    const headers = body === undefined ? given : { 'content-type': 'application/json', ...given }
    return new Promise((resolve, reject) => {
      const asked = request(new URL(path, this.#base), { method, agent: this.#agent, headers }, (response) => {
        let text = ''
        response.setEncoding('utf8')
        response.on('data', (chunk: string) => {
          text += chunk
        })
        response.on('end', () => resolve(text))
        response.on('error', reject)
      })
      asked.on('error', reject)
      asked.end(body)
    })
  }
}

function dataOf<Data>(text: string): Data {
  const envelope = JSON.parse(text) as { success: boolean; data: Data }
  if (!envelope.success) throw new Error(`The node refused: ${text}`)
  return envelope.data
}
