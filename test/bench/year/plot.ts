// The year as a picture: three panels over the same days, readable on light and dark ground.

import { DAYS } from './live-a-year.ts'
import type { Evening } from './live-a-year.ts'

const MIB = 1024 * 1024
const WIDTH = 760
const LEFT = 64
const RIGHT = 150
const PANEL_HEIGHT = 120
const PANEL_STEP = 178
const TOP = 40
const MONTH_DAYS = DAYS / 12

interface Line {
  name: string
  value: (evening: Evening) => number
}

interface Panel {
  title: string
  unit: string
  lines: readonly Line[]
}

const PANELS: readonly Panel[] = [
  {
    title: 'messages',
    unit: 'thousands',
    lines: [
      { name: 'taken in all', value: ({ taken }) => taken / 1000 },
      { name: 'forgotten', value: ({ forgotten }) => forgotten / 1000 },
      { name: 'held', value: ({ held }) => held / 1000 },
    ],
  },
  {
    title: 'disk',
    unit: 'MiB',
    lines: [
      { name: 'egregore.db', value: ({ logBytes }) => logBytes / MIB },
      { name: 'projections.db', value: ({ projectionsBytes }) => projectionsBytes / MIB },
      { name: 'both WALs', value: ({ walBytes }) => walBytes / MIB },
    ],
  },
  { title: 'memory', unit: 'MiB RSS', lines: [{ name: 'node process', value: ({ rssBytes }) => rssBytes / MIB }] },
]

const STYLE = `
  text { font: 12px system-ui, sans-serif; fill: #57606a }
  .title { font-weight: 600; fill: #24292f }
  .grid { stroke: #8c959f; stroke-opacity: 0.35 }
  polyline { fill: none; stroke-width: 1.8 }
  .line0 { stroke: #0969da } .line1 { stroke: #bc4c00 } .line2 { stroke: #1a7f37 }
  text.line0 { stroke: none; fill: #0969da } text.line1 { stroke: none; fill: #bc4c00 } text.line2 { stroke: none; fill: #1a7f37 }
  @media (prefers-color-scheme: dark) {
    text { fill: #8b949e } .title { fill: #e6edf3 }
    .line0 { stroke: #58a6ff } .line1 { stroke: #f0883e } .line2 { stroke: #3fb950 }
    text.line0 { fill: #58a6ff } text.line1 { fill: #f0883e } text.line2 { fill: #3fb950 }
  }`

/** An SVG document. */
export function plotOf(evenings: readonly Evening[]): string {
  const height = TOP + PANELS.length * PANEL_STEP
  const panels = PANELS.map((panel, index) => panelOf(panel, TOP + index * PANEL_STEP, evenings))
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" role="img">
<title>A node over a simulated year: messages, disk and memory</title>
<style>${STYLE}
</style>
${panels.join('\n')}
</svg>
`
}

function panelOf({ title, unit, lines }: Panel, top: number, evenings: readonly Evening[]): string {
  const highest = roundUp(Math.max(...lines.flatMap(({ value }) => evenings.map(value))))
  const y = (value: number) => top + PANEL_HEIGHT * (1 - value / highest)
  const grid = [0, 0.5, 1].map((share) => gridLine(y(share * highest), highest * share))
  const months = Array.from({ length: 12 }, (_, month) => monthName(x((month + 0.5) * MONTH_DAYS), top, month))
  return [
    `<text class="title" x="${LEFT}" y="${top - 10}">${title}, ${unit}</text>`,
    ...grid,
    ...months,
    ...lines.map((line, index) => curve(line, index, evenings, y)),
    ...lines.map(
      ({ name }, index) =>
        `<text class="line${index}" x="${WIDTH - RIGHT + 12}" y="${top + 14 + 18 * index}">${name}</text>`,
    ),
  ].join('\n')
}

function gridLine(y: number, value: number): string {
  const label = `<text x="${LEFT - 8}" y="${fixed(y + 4)}" text-anchor="end">${value.toLocaleString('en')}</text>`
  return `<line class="grid" x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${fixed(y)}" y2="${fixed(y)}"/>${label}`
}

function monthName(at: number, top: number, month: number): string {
  const name = new Date(Date.UTC(2026, month)).toLocaleString('en', { month: 'short', timeZone: 'UTC' })
  return `<text x="${fixed(at)}" y="${top + PANEL_HEIGHT + 18}" text-anchor="middle">${name}</text>`
}

/** Every second day: finer than the picture shows. */
function curve({ value }: Line, index: number, evenings: readonly Evening[], y: (value: number) => number): string {
  const shown = evenings.filter(({ day }) => day % 2 === 1)
  const points = shown.map((evening) => `${fixed(x(evening.day))},${fixed(y(value(evening)))}`)
  return `<polyline class="line${index}" points="${points.join(' ')}"/>`
}

function x(day: number): number {
  return LEFT + ((WIDTH - LEFT - RIGHT) * day) / DAYS
}

/** The next value of which the half is a round number as well. */
function roundUp(value: number): number {
  const step = 10 ** Math.floor(Math.log10(value))
  return ([1, 2, 4, 6, 8, 10].find((times) => times * step >= value) ?? 10) * step
}

function fixed(value: number): string {
  return value.toFixed(1)
}
