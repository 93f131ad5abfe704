import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { faultsOf } from '../../scripts/check-install-scripts.ts'
import type { Lock, Manifest } from '../../scripts/check-install-scripts.ts'

function readJson(path: string): unknown {
  return JSON.parse(readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8'))
}

function faults(packages: Lock['packages'], allowScripts: Manifest['allowScripts'] = { node: true }): string[] {
  return faultsOf({ packages }, { allowScripts })
}

test('the lock of the project is clean', () => {
  expect(faultsOf(readJson('package-lock.json') as Lock, readJson('package.json') as Manifest)).toEqual([])
})

test('node may have an install script', () => {
  expect(faults({ '': {}, 'node_modules/node': { hasInstallScript: true } })).toEqual([])
})

test.each(['node_modules/other', 'node_modules/@scope/node', 'node_modules/a/node_modules/node'])(
  '%s may not have one',
  (path) => {
    expect(faults({ [path]: { hasInstallScript: true } })).toEqual([
      `${path} has an install script; only node may have one`,
    ])
  },
)

test('fsevents may have one where only macOS installs it', () => {
  const fsevents = { hasInstallScript: true, optional: true, os: ['darwin'] }
  expect(faults({ 'node_modules/fsevents': fsevents })).toEqual([])
  expect(faults({ 'node_modules/vite/node_modules/fsevents': fsevents })).toEqual([])
})

test.each([
  ['required', { os: ['darwin'] }],
  ['for every platform', { optional: true }],
  ['for another platform too', { optional: true, os: ['darwin', 'linux'] }],
])('fsevents may not when it is %s', (_, locked) => {
  expect(faults({ 'node_modules/fsevents': { hasInstallScript: true, ...locked } })).toHaveLength(1)
})

test('no other package is allowed to run its script, seen in the lock or not', () => {
  expect(faults({}, { node: true, other: true })).toEqual([
    'package.json allows the install script of other; only node may have one',
  ])
})

test('better-sqlite3, whose compiling the lock does not show, is denied by name', () => {
  const packages = { 'node_modules/better-sqlite3': {} }
  expect(faults(packages, { node: true, 'better-sqlite3': false })).toEqual([])
  expect(faults(packages, { node: true })).toEqual([
    'package.json must deny the install script of better-sqlite3 in allowScripts',
  ])
})

test('every optional dependency stands in the lock, whatever the platform that wrote it', () => {
  const tool = { optionalDependencies: { '@tool/linux': '1.0.0', '@tool/darwin': '1.0.0' } }
  expect(faults({ 'node_modules/tool': tool, 'node_modules/@tool/linux': {} })).toEqual([
    '@tool/darwin, optional in node_modules/tool, is missing in the lock',
  ])
  const whole = { 'node_modules/@tool/linux': {}, 'node_modules/@tool/darwin': {} }
  expect(faults({ 'node_modules/tool': tool, ...whole })).toEqual([])
})

test('an optional dependency is found inside the package and in the folders above it', () => {
  const tool = { optionalDependencies: { binary: '1.0.0' } }
  const path = 'node_modules/a/node_modules/tool'
  for (const place of [`${path}/node_modules/binary`, 'node_modules/a/node_modules/binary', 'node_modules/binary']) {
    expect(faults({ [path]: tool, [place]: {} })).toEqual([])
  }
  expect(faults({ [path]: tool, 'node_modules/b/node_modules/binary': {} })).toHaveLength(1)
})

test('an optional dependency of the project itself counts too', () => {
  expect(faults({ '': { optionalDependencies: { binary: '1.0.0' } } })).toEqual([
    'binary, optional in package.json, is missing in the lock',
  ])
})
