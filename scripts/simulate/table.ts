// Runs as rows of a Markdown table: what is printed is what stands in docs/simulator.md.

import type { SimulationSettings } from './settings.ts'
import type { Summary } from './summary.ts'

/** Name of a column → its cell. */
const COLUMNS: Readonly<Record<string, (run: Summary) => string>> = {
  nodes: ({ settings }) => String(settings.nodes),
  seed: ({ settings }) => String(settings.seed),
  faults: ({ settings }) => faultsOf(settings),
  '50 %': ({ times }) => seconds(times.p50),
  '99 %': ({ times }) => seconds(times.p99),
  '100 %': (run) => (run.isConverged ? seconds(run.times.p100) : `${run.incomplete} lack`),
  'flood bound': ({ floodBound }) => seconds(floodBound.p100),
  'pull bound': ({ antiEntropyBound }) => seconds(antiEntropyBound.p100),
  copies: ({ copies }) => copies.mean.toFixed(1),
  most: ({ copies }) => copies.most.toFixed(1),
  payload: ({ payloadBytes }) => bytes(payloadBytes),
  'least payload': ({ leastBytes }) => bytes(leastBytes),
  control: ({ controlBytes }) => bytes(controlBytes),
  digest: ({ digest }) => digest,
}

export function headLines(): string[] {
  const names = Object.keys(COLUMNS)
  return [line(names), `|${names.map(() => '---').join('|')}|`]
}

export function rowLine(run: Summary): string {
  return line(Object.values(COLUMNS).map((cell) => cell(run)))
}

function line(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`
}

function faultsOf({ loss, partition, partitions, churn, byzantine }: SimulationSettings): string {
  const faults = [
    loss > 0 ? `${loss} % loss` : '',
    partition > 0 ? `${partitions > 1 ? `${partitions} times ` : ''}${partition} s apart` : '',
    churn > 0 ? `${churn} % away` : '',
    byzantine > 0 ? `${byzantine} % hostile` : '',
  ]
  return faults.filter((fault) => fault !== '').join(', ') || 'none'
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(2)} s`
}

function bytes(count: number): string {
  return `${Math.round(count)} B`
}
