// Installs a service, takes it away, and asks how it is: descriptions are files, the rest is said to the manager.

import { accessSync, constants, existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs'
import { dirname } from 'node:path'
import { writeWhole } from '../../util/index.ts'
import { CliError } from '../errors.ts'
import { dataDirIn } from './service.ts'
import { mustBeThere, mustRun, runTool } from './tool.ts'
import type { ManagedState, Manager, Service } from './service.ts'

/** Descriptions hold no secret, and other programs show them. */
const MODE = 0o644

const DIRECTORY = { recursive: true, mode: 0o700 }

/** What became of it. `unchanged`: it was described like this already; it runs all the same. */
export type Installed = 'installed' | 'changed' | 'unchanged'

/**
 * Describes a service to its manager and starts it, again when it was running.
 *
 * @throws CliError 5 `SERVICE_TAKEN` when the name belongs to something else; 1 `NO_SERVICE_MANAGER`, `SERVICE_MANAGER_FAILED`,
 *   `SERVICE_FILE_FAILED`. What was described before is so again then
 */
export async function install(manager: Manager, service: Service): Promise<Installed> {
  const path = manager.pathOf(service.name)
  const before = readText(manager, path)
  refuseTaken(path, before, service)
  await mustBeThere(manager)
  const text = manager.textOf(service)
  if (before === text && (await stateOf(manager, service.name)).isRunning) return 'unchanged'
  // A manager starts nothing in a directory that is not there; that of a system's service belongs to a user who was chosen.
  if (service.scope === 'user') translated(service.dataDir, () => mkdirSync(service.dataDir, DIRECTORY))
  write(manager, path, text)
  // A manager that knew it under this name forgets what it knew.
  if (before !== undefined) await endQuietly(manager, service.name)
  try {
    for (const call of manager.start(service.name)) await mustRun(call)
  } catch (error) {
    if (before === undefined) await takeAway(manager, service.name)
    else await putBack(manager, service.name, before)
    throw error
  }
  if (before === undefined) return 'installed'
  return before === text ? 'unchanged' : 'changed'
}

/**
 * Stops a service and removes its description. The data stays.
 *
 * @returns its data directory
 * @throws CliError 4 `NOT_INSTALLED`, 5 `SERVICE_TAKEN`; 1 as {@link install}
 */
export async function uninstall(manager: Manager, name: string): Promise<string> {
  const dataDir = findInstalled(manager, name)
  await mustBeThere(manager)
  // Asked first, so that nothing is stopped whose description has to stay.
  const path = manager.pathOf(name)
  translated(path, () => accessSync(dirname(path), constants.W_OK))
  await takeAway(manager, name)
  return dataDir
}

/**
 * Starts the node of a service again: its program may be another one by now, under the same name.
 *
 * @returns its data directory
 * @throws CliError as {@link uninstall}
 */
export async function restart(manager: Manager, name: string): Promise<string> {
  const dataDir = findInstalled(manager, name)
  await mustBeThere(manager)
  for (const call of manager.restart(name)) await mustRun(call)
  return dataDir
}

/**
 * The data directory of an installed service.
 *
 * @throws CliError 4 `NOT_INSTALLED`, 5 `SERVICE_TAKEN` when it is not ours
 */
export function findInstalled(manager: Manager, name: string): string {
  const path = manager.pathOf(name)
  const text = readText(manager, path)
  if (text === undefined) {
    const message = `There is no service ${name} of the ${manager.scope}: ${path} does not exist. "egregore service install" makes one.`
    throw new CliError(4, 'NOT_INSTALLED', message)
  }
  return dataDirIn(text) ?? refuseForeign(path)
}

/** What the manager says. */
export async function stateOf({ state }: Manager, name: string): Promise<ManagedState> {
  return state.read(await runTool(state.call(name)))
}

function refuseTaken(path: string, text: string | undefined, { dataDir, name }: Service): void {
  if (text === undefined) return
  const known = dataDirIn(text) ?? refuseForeign(path)
  if (known === dataDir) return
  const message = `The service ${name} runs the node on ${known}. Choose another --name, or take that one away first: egregore service uninstall.`
  throw new CliError(5, 'SERVICE_TAKEN', message)
}

function refuseForeign(path: string): never {
  throw new CliError(
    5,
    'SERVICE_TAKEN',
    `${path} was not written by egregore, and stays as it is. Choose another --name.`,
  )
}

async function takeAway(manager: Manager, name: string): Promise<void> {
  await endQuietly(manager, name)
  removeFile(manager.pathOf(name))
  for (const call of manager.forget) await mustRun(call)
}

async function putBack(manager: Manager, name: string, text: string): Promise<void> {
  write(manager, manager.pathOf(name), text)
  // What failed is told; how this goes, status tells.
  for (const call of manager.start(name)) await runTool(call)
}

/** It may have ended long ago, or never have been known. */
async function endQuietly(manager: Manager, name: string): Promise<void> {
  for (const call of manager.stop(name)) await runTool(call)
}

function readText({ encoding }: Manager, path: string): string | undefined {
  if (!existsSync(path)) return undefined
  return translated(path, () => readFileSync(path, encoding)).replace(/^\uFEFF/, '')
}

function write({ encoding }: Manager, path: string, text: string): void {
  translated(path, () => {
    mkdirSync(dirname(path), { recursive: true })
    // Without its mark nothing says that a file is UTF-16.
    writeWhole(path, Buffer.from(encoding === 'utf16le' ? `\uFEFF${text}` : text, encoding), MODE)
  })
}

function removeFile(path: string): void {
  translated(path, () => rmSync(path, { force: true }))
}

function translated<Value>(path: string, work: () => Value): Value {
  try {
    return work()
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException // fs throws nothing else.
    const advice = code === 'EACCES' || code === 'EPERM' ? ' Only the administrator may: use sudo, or --user.' : ''
    throw new CliError(1, 'SERVICE_FILE_FAILED', `${path} cannot be used: ${message}.${advice}`, { cause })
  }
}
