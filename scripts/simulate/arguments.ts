// What the command line says, as the settings of one run or of several.

import { parseArgs } from 'node:util'
import { DEFAULTS } from './settings.ts'
import { SHAPES } from './topology.ts'
import type { SimulationSettings } from './settings.ts'
import type { Shape } from './topology.ts'

/** Settings that are numbers: the least and the most of each. */
const NUMBERS: Readonly<Record<Exclude<keyof SimulationSettings, 'topology' | 'gossip'>, readonly [number, number]>> = {
  seed: [0, 2 ** 32 - 1],
  nodes: [2, 100_000],
  degree: [2, 64],
  messages: [1, 1_000_000],
  over: [0, 3_600],
  delay: [1, 10_000],
  loss: [0, 50],
  partition: [0, 3_600],
  partitions: [1, 100],
  churn: [0, 100],
  byzantine: [0, 90],
  limit: [1, 86_400],
}

export interface Arguments {
  runs: SimulationSettings[]
  json: boolean
  help: boolean
}

/** @throws Error a sentence for people */
export function readArguments(args: readonly string[]): Arguments {
  const text = { type: 'string' } as const
  const flag = { type: 'boolean', default: false } as const
  const numbers = Object.fromEntries(Object.keys(NUMBERS).map((name) => [name, text]))
  const options = { ...numbers, topology: text, 'no-gossip': flag, json: flag, help: flag }
  const { values } = parseArgs({ args: [...args], options })
  const said = values as Record<string, string | boolean | undefined> // Made of the two kinds above.
  const common = { ...DEFAULTS, topology: shapeOf(said.topology), gossip: said['no-gossip'] !== true }
  for (const name of Object.keys(NUMBERS) as (keyof typeof NUMBERS)[]) {
    if (name !== 'nodes' && name !== 'seed') common[name] = numberOf(name, said[name]) ?? DEFAULTS[name]
  }
  const runs = listOf('nodes', said.nodes).flatMap((nodes) =>
    listOf('seed', said.seed).map((seed) => ({ ...common, nodes, seed })),
  )
  return { runs, json: said.json === true, help: said.help === true }
}

/** Several, separated by commas. */
function listOf(name: 'nodes' | 'seed', said: string | boolean | undefined): number[] {
  if (typeof said !== 'string') return [DEFAULTS[name]]
  return said.split(',').map((one) => numberOf(name, one) ?? DEFAULTS[name])
}

function numberOf(name: keyof typeof NUMBERS, said: string | boolean | undefined): number | undefined {
  if (typeof said !== 'string') return undefined
  const [least, most] = NUMBERS[name]
  const number = said.trim() === '' ? Number.NaN : Number(said)
  if (number >= least && number <= most) return number
  throw new Error(`--${name} ${said} is no number from ${least} to ${most}.`)
}

function shapeOf(said: string | boolean | undefined): Shape {
  const shape = SHAPES.find((one) => one === (said ?? DEFAULTS.topology))
  if (shape !== undefined) return shape
  throw new Error(`--topology ${said} is none of ${SHAPES.join(', ')}.`)
}
