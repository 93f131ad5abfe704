// What can be said to a running lab.

import { readLine } from './line-words.ts'
import type { Lab } from './lab.ts'

export const COMMANDS = `  partition 0,1 2,3   these sides do not hear each other; a host on no side hears nobody
  heal                all hear one another
  line loss=5 …       other lines from now on; without settings they are without a fault
  traffic             what the switch has done with frames
  run 0 ip address    a command on a host
  quit`

/** Does what a line of words says, and answers in words. */
export async function obey(lab: Lab, words: string): Promise<string> {
  const [verb = '', ...rest] = words.split(/\s+/).filter((word) => word !== '')
  try {
    return await doVerb(lab, verb, rest)
  } catch (error) {
    return (error as Error).message
  }
}

async function doVerb(lab: Lab, verb: string, rest: readonly string[]): Promise<string> {
  switch (verb) {
    case '':
      return ''
    case 'partition':
      lab.partition(rest.map((side) => side.split(',').map(Number)))
      return `${rest.length} sides`
    case 'heal':
      lab.heal()
      return 'healed'
    case 'line':
      lab.degrade(readLine(rest))
      return `lines: ${rest.join(' ') || 'without a fault'}`
    case 'traffic':
      return Object.entries(lab.traffic)
        .map(([what, frames]) => `${what} ${frames}`)
        .join(', ')
    case 'run': {
      const [host, command = '', ...args] = rest
      const { stdout, stderr } = await lab.host(Number(host)).run(command, args)
      return `${stdout}${stderr}`.trimEnd()
    }
    default:
      return `Unknown: "${verb}". These are known:\n${COMMANDS}`
  }
}
