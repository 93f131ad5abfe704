// A tool that does several things, by its argument `action`: a call that does not fit is answered with what its action needs, and an example.

import { z } from '@hono/zod-openapi'
import { ApiError, failureFrom } from '../errors.ts'
import type { Tool } from './tool.ts'

/** What an action takes beside its name. */
export interface Use {
  needs: readonly string[]
  takes: readonly string[]
  example: object
  /** Whether it changes nothing. */
  onlyReads?: true
}

/** The actions of a tool, by name, in the order in which they are told. */
export type Uses<Action extends string> = Readonly<Record<Action, Use>>

type Given = Readonly<Record<string, unknown>>

/** The schema of `action`. */
export function actionAmong<Action extends string>(uses: Uses<Action>) {
  const names = Object.keys(uses) as [Action, ...Action[]] // As: these are the names, and no tool has none.
  return z.enum(names, { error: `must be ${names.slice(0, -1).join(', ')} or ${names.at(-1)}` })
}

/**
 * Gives a tool its actions.
 *
 * @param otherNames - of arguments, under which models give the same
 * @param standard - the action of a call that names none
 */
export function withActions(
  { spec, call }: Tool,
  uses: Uses<string>,
  otherNames: Readonly<Record<string, string>>,
  standard?: string,
): Tool {
  return {
    spec,
    onlyReads: ({ action }) => useNamed(uses, action)?.onlyReads ?? false,
    call: async (parts, given, caller) => {
      const meant = { ...(standard !== undefined && { action: standard }), ...inOwnWords(given, otherNames) }
      try {
        checkUse(uses, meant)
        return await call(parts, meant, caller)
      } catch (error) {
        throw withUse(error, uses, meant.action)
      }
    },
  }
}

/** The arguments under the names that the tool has. What is null is not given. */
function inOwnWords(given: Given, otherNames: Readonly<Record<string, string>>): Given {
  const ownName = (name: string): string => {
    const own = Object.hasOwn(otherNames, name) ? otherNames[name] : undefined
    return own === undefined || given[own] !== undefined ? name : own
  }
  const named = Object.entries(given).filter(([, value]) => value !== null && value !== undefined)
  return Object.fromEntries(named.map(([name, value]) => [ownName(name), value]))
}

function checkUse(uses: Uses<string>, { action, ...given }: Given): void {
  const use = useNamed(uses, action)
  if (use === undefined) return
  const missing = use.needs.filter((name) => saysNothing(given[name]))
  const unknown = Object.keys(given).filter((name) => ![...use.needs, ...use.takes].includes(name))
  const faults = [
    ...missing.map((field) => ({ field, message: `is missing: ${action} needs it` })),
    ...unknown.map((field) => ({ field: field.slice(0, 50), message: `means nothing to ${action}` })),
  ]
  if (faults.length === 0) return
  throw new ApiError(
    'INVALID_ARGUMENTS',
    `${faults.map(({ field, message }) => `${field} ${message}`).join('; ')}.`,
    faults,
  )
}

function saysNothing(value: unknown): boolean {
  return value === undefined || (typeof value === 'string' && value.trim() === '')
}

/** The error with what the action takes; errors about something else as they are. */
function withUse(error: unknown, uses: Uses<string>, action: unknown): unknown {
  const { code, message, details } = failureFrom(error)
  const ours = ABOUT_ARGUMENTS.find((one) => one === code)
  if (ours === undefined) return error
  const told = Object.entries(uses).filter(([name]) => useNamed(uses, action) === undefined || name === action)
  return new ApiError(ours, `${message}\n${told.map(useText).join('\n')}\n`, details, { cause: error })
}

const ABOUT_ARGUMENTS = ['INVALID_ARGUMENTS', 'INVALID_BODY', 'INVALID_QUERY', 'INVALID_HASH'] as const

function useText([action, { needs, takes, example }]: [string, Use]): string {
  const needed = needs.length === 0 ? 'needs nothing' : `needs ${needs.join(' and ')}`
  const optional = takes.length === 0 ? '' : `, takes ${takes.join(', ')}`
  return `${action} ${needed}${optional}. Example: ${JSON.stringify({ action, ...example })}`
}

function useNamed(uses: Uses<string>, action: unknown): Use | undefined {
  return typeof action === 'string' && Object.hasOwn(uses, action) ? uses[action] : undefined
}
