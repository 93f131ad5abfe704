// Findings as people read them: a line each while the benches run, and one table at the end.

import { isMet, ratioOf } from './finding.ts'
import type { Finding, Goal, Quantity, Unit } from './finding.ts'

const COLUMNS = ['what', 'figure', 'limit in the same run', 'ratio', 'goal', 'met'] as const

/** One finding, with its note. */
export function lineOf(finding: Finding): string {
  const [what, figure, limit, ratio, goal, met] = cellsOf(finding)
  const parts = [figure, limit && `limit ${limit}`, ratio, goal && `goal ${goal}: ${met}`, finding.note]
  return `${what}: ${parts.filter((part) => part).join(' · ')}`
}

/** All findings in columns. */
export function textTable(findings: readonly Finding[]): string {
  const rows = [[...COLUMNS], ...findings.map(cellsOf)]
  const widths = COLUMNS.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)))
  return rows
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}

/** All findings as Markdown, for README. */
export function markdownTable(findings: readonly Finding[]): string {
  const rows = [COLUMNS, COLUMNS.map(() => '---'), ...findings.map(cellsOf)]
  return rows.map((row) => `| ${row.join(' | ')} |`).join('\n')
}

function cellsOf(finding: Finding): string[] {
  const { what, figure, limit, goal } = finding
  const ratio = ratioOf(finding)
  const met = isMet(finding)
  return [
    what,
    quantityText(figure),
    limit ? `${quantityText(limit)}, ${limit.of}` : '',
    ratio === undefined ? '' : ratioText(ratio),
    goal ? goalText(goal, figure.unit) : '',
    met === undefined ? '' : met ? 'yes' : 'no',
  ]
}

function quantityText({ value, unit }: Quantity): string {
  const digits = value < 10 ? 2 : value < 100 ? 1 : 0
  return `${value.toLocaleString('en', { maximumFractionDigits: digits })} ${unit}`
}

/** Shares as per cent, multiples as such. */
function ratioText(ratio: number): string {
  return ratio < 2 ? `${Math.round(ratio * 100)} %` : `× ${ratio.toFixed(1)}`
}

function goalText(goal: Goal, unit: Unit): string {
  switch (goal.kind) {
    case 'at least':
      return `≥ ${quantityText({ value: goal.value, unit })}`
    case 'at most':
      return `≤ ${quantityText({ value: goal.value, unit })}`
    case 'share of the limit':
      return `≥ ${Math.round(goal.share * 100)} % of the limit`
  }
}
