// Loaded into a process before anything else (`node --import`): writes what it loaded into the file that LOADED_MODULES names, one a line.

import { writeFileSync } from 'node:fs'
import { registerHooks } from 'node:module'

const loaded = new Set<string>()

registerHooks({
  load(url, context, next) {
    loaded.add(url)
    return next(url, context)
  },
})

process.on('exit', () => {
  // As: undocumented, and the only list of what Node has loaded of itself.
  const { moduleLoadList } = process as typeof process & { moduleLoadList: readonly string[] }
  writeFileSync(process.env.LOADED_MODULES ?? '', [...loaded, ...moduleLoadList].join('\n'))
})
