// The long forms of what the tests try a little: `npm run verify -- --help`, and `npm run verify:all` for all of them at full length.

import { parseArgs } from 'node:util'
import { decoders } from './verify/decoders.ts'
import { forged } from './verify/forged.ts'
import { kills } from './verify/kills.ts'
import { partitions, simulation } from './verify/simulations.ts'
import { tornWal } from './verify/torn-wal.ts'
import type { Suite } from './verify/suite.ts'

const SUITES: readonly Suite[] = [forged, decoders, tornWal, simulation, partitions, kills]

const HELP = `Usage: npm run verify -- <suite…> [options]

${SUITES.map(({ name, of, sizes, law }) => `  ${name.padEnd(12)}${count(sizes.long)} ${of}: ${law}`).join('\n')}

  --all        every suite
  --size <n>   how often, instead of the long form
  --share <n>  a share of the long form, such as 0.01
  --seed <n>   decides what is tried (1)
  --help

Ends with 1 at the first try at which something does not hold.`

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    all: { type: 'boolean', default: false },
    size: { type: 'string' },
    share: { type: 'string', default: '1' },
    seed: { type: 'string', default: '1' },
    help: { type: 'boolean', default: false },
  },
})

/** How often a long suite says how far it has come. */
const TELL_MS = 30_000

const asked = values.all ? SUITES : SUITES.filter(({ name }) => positionals.includes(name))
const areKnown = positionals.every((name) => SUITES.some((suite) => suite.name === name))
if (values.help || asked.length === 0 || !areKnown) {
  console.log(HELP)
  process.exitCode = values.help ? 0 : 2
} else {
  for (const suite of asked) await verify(suite)
}

async function verify(suite: Suite): Promise<void> {
  const { name, of } = suite
  const size = Number(values.size ?? Math.ceil(suite.sizes.long * Number(values.share)))
  const seed = Number(values.seed)
  const begun = performance.now()
  try {
    const seen = await suite.run(size, seed, tellNowAndThen(name, size))
    const seconds = Math.round((performance.now() - begun) / 1000)
    console.log(`${name}: ${count(size)} ${of} in ${seconds} s, seed ${seed}. ${seen}`)
  } catch (error) {
    console.error(
      `${name}: ${(error as Error).message}\nAgain: npm run verify -- ${name} --size ${size} --seed ${seed}`,
    )
    process.exitCode = 1
  }
}

function tellNowAndThen(name: string, size: number): (done: number) => void {
  let told = performance.now()
  return (done) => {
    if (performance.now() - told < TELL_MS) return
    told = performance.now()
    console.error(`  … ${name}: ${count(done)} of ${count(size)}`)
  }
}

function count(number: number): string {
  return number.toLocaleString('en')
}
