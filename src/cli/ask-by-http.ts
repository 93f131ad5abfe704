// A call of the node by node:http. Verbs are processes of one or two calls, and to load fetch takes longer than all else that they do.

import { text } from 'node:stream/consumers'
import type { IncomingMessage } from 'node:http'
import type { Answer, Asked } from '../client/index.ts'

/** Not imported: an import reads every export of the module, and some of those load fetch. */
const { Agent, request } = process.getBuiltinModule('node:http')

/** One connection for the calls of a verb. */
const agent = new Agent({ keepAlive: true })

/** As `Ask` of the client wants it. */
export async function askByHttp(url: URL, asked: Asked): Promise<Answer> {
  try {
    const response = await responseTo(url, asked)
    return { status: response.statusCode ?? 0, text: await text(response) }
  } catch (error) {
    throw asked.signal.aborted ? asked.signal.reason : error
  }
}

function responseTo(url: URL, { method, headers, body, signal }: Asked): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    request(url, { method, headers, signal, agent }, resolve).on('error', reject).end(body)
  })
}
