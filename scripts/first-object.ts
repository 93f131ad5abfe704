// What a node says on its standard output when it is ready.

import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'

/** The multi-line JSON object that `start --json` prints first; undefined when it ends before. What follows is read and dropped. */
export async function firstObject(stdout: Readable): Promise<string | undefined> {
  let json = ''
  for await (const line of createInterface({ input: stdout })) {
    json += line
    if (line !== '}') continue
    stdout.resume()
    return json
  }
  return undefined
}
