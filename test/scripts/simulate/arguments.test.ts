import { describe, expect, test } from 'vitest'
import { readArguments } from '../../../scripts/simulate/arguments.ts'
import { DEFAULTS } from '../../../scripts/simulate/settings.ts'
import { simulate } from '../../../scripts/simulate/simulation.ts'
import { headLines, rowLine } from '../../../scripts/simulate/table.ts'

describe('the command line', () => {
  test('without words is one run of the defaults', () => {
    expect(readArguments([])).toEqual({ runs: [DEFAULTS], json: false, help: false })
  })

  test('makes a run of each number of nodes with each seed', () => {
    const { runs } = readArguments([
      '--nodes',
      '10,20',
      '--seed',
      '1,2',
      '--loss',
      '10',
      '--no-gossip',
      '--topology',
      'geo',
    ])
    expect(runs.map(({ nodes, seed }) => [nodes, seed])).toEqual([
      [10, 1],
      [10, 2],
      [20, 1],
      [20, 2],
    ])
    expect(runs[0]).toMatchObject({ loss: 10, gossip: false, topology: 'geo', degree: DEFAULTS.degree })
  })

  test.each([
    ['--nodes', '1'],
    ['--nodes', '100001'],
    ['--loss', '51'],
    ['--loss', 'much'],
    ['--seed', ''],
    ['--seed', '1,,2'],
    ['--delay', '0'],
    ['--topology', 'circle'],
    ['--unknown', '1'],
  ])('refuses %s %s', (...args) => {
    expect(() => readArguments(args)).toThrow(args[0])
  })

  test('takes both ends of a range', () => {
    expect(readArguments(['--nodes', '2,100000', '--loss', '0']).runs.map(({ nodes }) => nodes)).toEqual([2, 100_000])
    expect(readArguments(['--loss', '50', '--json', '--help'])).toMatchObject({ json: true, help: true })
  })
})

test('a run is a row under the names of its columns, with its faults in words', () => {
  const [names, rule] = headLines()
  const summary = simulate({ nodes: 5, messages: 5, loss: 5, partition: 3, churn: 20 })
  const row = rowLine(summary)
  expect(row.split('|')).toHaveLength(names?.split('|').length ?? 0)
  expect(rule?.split('|')).toHaveLength(row.split('|').length)
  expect(row).toContain('5 % loss, 3 s apart, 20 % away')
  expect(rowLine({ ...summary, isConverged: false, incomplete: 2 })).toContain('| 2 lack |')
  expect(rowLine({ ...summary, settings: DEFAULTS })).toContain('| none |')
})
