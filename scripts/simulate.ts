// A network of thousands of nodes in one process, over virtual time: how fast, and at what cost, everybody comes to hold everything.
// `npm run simulate -- --help`

import { readArguments } from './simulate/arguments.ts'
import { simulate } from './simulate/simulation.ts'
import { headLines, rowLine } from './simulate/table.ts'

const HELP = `Usage: npm run simulate -- [options]

Runs the state machines of replicate/1 and a model of gossipsub over a virtual network. The same seed gives the same run, bit for bit.
Ends with 1 when some honest node lacks a message in the end. What the columns mean is in docs/simulator.md.

  --seed <n,…>        one run for each (1)
  --nodes <n,…>       one run for each (100)
  --topology <shape>  ring, line, star, random or geo (random)
  --degree <n>        connections of each node, in random and geo (8)
  --messages <n>      published by honest nodes (100)
  --over <seconds>    over which they are published (10)
  --delay <ms>        one way, of an ordinary connection (40)
  --loss <percent>    of packets (0)
  --partition <s>     in two halves for so long, beginning one second after the first message (0)
  --partitions <n>    so often, each time in others, with a moment in between (1)
  --churn <percent>   of honest nodes are away for 5 to 20 seconds (0)
  --byzantine <p>     percent of nodes that lie, forge, flood, or hold back (0)
  --no-gossip         no push by gossip: messages come down live streams
  --limit <seconds>   after which a run is given up (300)
  --json              a line of JSON for each run, with everything that is known of it
  --help

Example: npm run simulate -- --nodes 10,100 --seed 1,2,3 --loss 10 --partition 10`

try {
  const { runs, json, help } = readArguments(process.argv.slice(2))
  if (help) console.log(HELP)
  else run(runs, json)
} catch (error) {
  console.error((error as Error).message)
  process.exitCode = 2
}

function run(runs: ReturnType<typeof readArguments>['runs'], json: boolean): void {
  if (!json) for (const line of headLines()) console.log(line)
  for (const settings of runs) {
    const summary = simulate(settings)
    console.log(json ? JSON.stringify(summary) : rowLine(summary))
    if (!summary.isConverged) process.exitCode = 1
  }
}
