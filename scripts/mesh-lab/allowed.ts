// Whether a lab can be made on this machine, and if not, what is missing.

import { spawnSync } from 'node:child_process'
import { namespaceCommand } from './wire.ts'

/** Beside Perl these are of util-linux and iproute2. */
const TOOLS = ['ip', 'nsenter', 'perl', 'setpriv', 'unshare']

/** A sentence that says why no lab can be made here; undefined when one can. Tries it, because no setting tells for sure. */
export function whyNoLab(): string | undefined {
  if (process.platform !== 'linux') return 'Network namespaces are a thing of Linux.'
  const missing = TOOLS.filter((tool) => spawnSync(tool, ['--version']).error !== undefined)
  if (missing.length > 0) return `The programs ${missing.join(', ')} are not installed.`
  const [command, ...args] = namespaceCommand('trial')
  // Its stdin ends at once, and it with it.
  const { status, stderr } = spawnSync(command, args, { input: '', encoding: 'utf8' })
  if (status === 0) return undefined
  return `Network namespaces, or cards in them, are not allowed here: ${stderr.trim() || 'no reason given'}`
}
