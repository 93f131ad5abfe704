// A node's API on a socket, and a client that speaks to it.

import { onTestFinished } from 'vitest'
import { startServer } from '../../src/api/index.ts'
import { EgregoreClient } from '../../src/client/index.ts'
import { openApi } from '../api/open-api.ts'
import type { EgregoreClientInit } from '../../src/client/index.ts'
import type { OpenApi, OpenApiInit } from '../api/open-api.ts'

export interface Served extends OpenApi {
  url: string
  client: EgregoreClient
  /** Ends streams, then the server. */
  stop(): Promise<void>
}

/** @param port - 0 picks a free one */
export async function serve(init: OpenApiInit & Omit<EgregoreClientInit, 'url'> = {}, port = 0): Promise<Served> {
  const { token, ...changes } = init
  const stopping = new AbortController()
  const open = openApi({ ...changes, stopping: stopping.signal })
  const server = await startServer({ app: open.api, port })
  const stop = () => {
    stopping.abort()
    return server.stop()
  }
  onTestFinished(stop)
  const url = `http://127.0.0.1:${server.port}`
  return { ...open, url, client: new EgregoreClient({ url, token }), stop }
}
