import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { runVerb } from '../support/node-process.ts'

const DOCS = ['operating.md', 'container.md', 'update.md']

/** `$ sudo egregore service install --system   # …` as its words, with those of a shell around it left out. */
function callsIn(name: string): string[][] {
  const text = readFileSync(new URL(`../../docs/${name}`, import.meta.url), 'utf8')
  const lines = text.match(/(?<=^\w*\$ (?:sudo )?(?:podman exec \S+ )?egregore ).+$/gm) ?? []
  return lines.map((line) => line.replace(/\s+#.*$/, '').split(' '))
}

/** Help by the verb, so that each is asked once. */
const help = new Map<string, Promise<string>>()

function helpOf(verb: readonly string[]): Promise<string> {
  const key = verb.join(' ')
  const known = help.get(key) ?? runVerb([...verb, '--help']).then(({ stdout }) => stdout)
  help.set(key, known)
  return known
}

test.each(DOCS)('each call in docs/%s is one that the command line knows', async (name) => {
  const calls = callsIn(name)
  expect(calls.length).toBeGreaterThan(0)
  for (const [verb = '', ...words] of calls) {
    const [, list = ''] = /Commands:\n([\s\S]*)/.exec(await helpOf([verb])) ?? []
    const parts: readonly string[] = list.match(/(?<=^ {2})[a-z]+/gm) ?? []
    const [part = ''] = words
    const asked = await helpOf(parts.includes(part) ? [verb, part] : [verb])
    expect(asked).toContain(`Usage: egregore ${verb}`)
    for (const flag of words.filter((word) => word.startsWith('--'))) expect(asked).toContain(`${flag} `)
  }
})
