// The node behind the bridge: found by its runtime file, found again after a restart, and started when that was asked for.

import { connectToNode } from '../client.ts'
import { isAway, nodeBefore } from './finding.ts'
import { startInBackground } from './start-in-background.ts'
import type { NodeClient } from '../client.ts'

/** Which node, and what to do without one. */
export interface NodeLinkInit {
  dataDir: string
  /** The configuration file that a node is started with, when it is another than that of its data directory. */
  config: string | undefined
  /** Whether a node is started when none runs. */
  start: boolean
  /** Takes a sentence for whoever runs the client. */
  report: (sentence: string) => void
  /**
   * How long a call waits for a node that is away: a restart takes a second or two.
   *
   * @default 15_000
   */
  patienceMs?: number
}

const PATIENCE_MS = 15_000

/** Knows the node of one data directory for as long as it answers. */
export class NodeLink {
  readonly #init: NodeLinkInit
  #node: NodeClient | undefined
  #finding: Promise<NodeClient> | undefined

  constructor(init: NodeLinkInit) {
    this.#init = init
  }

  /**
   * Finds the node, or starts one.
   *
   * @throws CliError 3 when none runs and none is to be started, 1 when it cannot be started, 5 when it has no API
   */
  async open(): Promise<void> {
    const { dataDir, start } = this.#init
    this.#node = start ? await this.#found() : await connectToNode(dataDir)
  }

  /**
   * Posts to /mcp. A node that is away is waited for: it had not taken the call.
   *
   * @throws CliError as {@link open}, and when the node ends with the call in hand
   */
  async post(body: string, headers: Record<string, string>, signal: AbortSignal): Promise<Response> {
    const node = this.#node ?? (await this.#found())
    try {
      return await node.stream('/mcp', body, headers, signal)
    } catch (error) {
      if (!isAway(error)) throw error
      if (this.#node === node) this.#node = undefined
    }
    return (this.#node ?? (await this.#found())).stream('/mcp', body, headers, signal)
  }

  /** Calls that come together wait for one node, and start one at most. */
  #found(): Promise<NodeClient> {
    this.#finding ??= this.#find().finally(() => {
      this.#finding = undefined
    })
    return this.#finding
  }

  async #find(): Promise<NodeClient> {
    const { dataDir, start, patienceMs = PATIENCE_MS } = this.#init
    const patience = AbortSignal.timeout(start ? 0 : patienceMs)
    const node = (await nodeBefore(patience, dataDir)) ?? (start ? await startInBackground(this.#init) : undefined)
    this.#node = node ?? (await connectToNode(dataDir))
    return this.#node
  }
}
