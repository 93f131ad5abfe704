// Nothing runs while the project is installed, but for one package; and the lock serves every platform.

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { REPOSITORY, report } from './source-files.ts'

/** The part of package-lock.json that matters here. */
export interface Lock {
  packages: Readonly<Record<string, LockedPackage>>
}

interface LockedPackage {
  hasInstallScript?: boolean
  optional?: boolean
  os?: readonly string[]
  optionalDependencies?: Readonly<Record<string, string>>
}

/** The part of package.json that matters here: npm 12 runs the scripts of those that are true, and of no other. */
export interface Manifest {
  allowScripts?: Readonly<Record<string, boolean>>
}

/** `node` fetches Node itself, so that the project brings its own to a machine whose Node is older. */
const ALLOWED = 'node'

/** They hold a binding.gyp, which npm compiles without a script in the lock, and need it not: their binaries are inside. */
const COMPILING = ['better-sqlite3']

/** What is wrong, one line each. */
export function faultsOf(lock: Lock, manifest: Manifest): string[] {
  return [...scriptsIn(lock), ...permissionsIn(lock, manifest), ...platformsMissingIn(lock)]
}

function scriptsIn({ packages }: Lock): string[] {
  const running = Object.entries(packages).filter(([path, locked]) => locked.hasInstallScript && !isIdle(path, locked))
  return running.map(([path]) => `${path} has an install script; only ${ALLOWED} may have one`)
}

/**
 * fsevents is Vite's optional file watcher on macOS. Its native binary is in the package and its script only rebuilds that;
 * npm leaves the whole package out elsewhere, and `vitest run` watches nothing. Whether the lock notes the script depends
 * on the npm that wrote it, as it does for better-sqlite3, so it may, as long as no other platform installs it.
 */
function isIdle(path: string, { optional, os }: LockedPackage): boolean {
  const name = nameOf(path)
  if (name === 'fsevents') return optional === true && os?.length === 1 && os[0] === 'darwin'
  return path === `node_modules/${ALLOWED}`
}

function permissionsIn({ packages }: Lock, { allowScripts = {} }: Manifest): string[] {
  const wrong = Object.entries(allowScripts).filter(([name, allowed]) => allowed && name !== ALLOWED)
  const open = COMPILING.filter((name) => `node_modules/${name}` in packages && allowScripts[name] !== false)
  return [
    ...wrong.map(([name]) => `package.json allows the install script of ${name}; only ${ALLOWED} may have one`),
    ...open.map((name) => `package.json must deny the install script of ${name} in allowScripts`),
  ]
}

/** An npm that met a platform package late leaves it out of the lock, and `npm ci` fails: "Missing … from lock file". */
function platformsMissingIn({ packages }: Lock): string[] {
  return Object.entries(packages).flatMap(([path, { optionalDependencies = {} }]) =>
    Object.keys(optionalDependencies)
      .filter((name) => !placesOf(name, path).some((place) => place in packages))
      .map((name) => `${name}, optional in ${path || 'package.json'}, is missing in the lock`),
  )
}

/** Where Node looks for a package from a package: in its own node_modules, then in those of the folders above. */
function placesOf(name: string, from: string): string[] {
  const steps = from === '' ? [] : from.split('/node_modules/')
  const above = steps.map((_, at) => steps.slice(0, steps.length - at).join('/node_modules/'))
  return [...above.map((folder) => `${folder}/node_modules/${name}`), `node_modules/${name}`]
}

function nameOf(path: string): string {
  return path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length)
}

if (import.meta.main) {
  const lock = JSON.parse(readFileSync(join(REPOSITORY, 'package-lock.json'), 'utf8')) as Lock // npm's own file
  const manifest = JSON.parse(readFileSync(join(REPOSITORY, 'package.json'), 'utf8')) as Manifest // ours
  const count = Object.keys(lock.packages).length - 1
  report(
    faultsOf(lock, manifest),
    `${count} packages, an install script in ${ALLOWED} alone, every platform in the lock`,
  )
}
