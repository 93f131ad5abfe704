// A tool that does several things, by its argument `action`: a call that does not fit is answered with what its action needs, and an example.

import { z } from '@hono/zod-openapi'
import { ApiError, failureFrom } from '../errors.ts'
import type { ErrorDetails, Failure, FieldFault } from '../errors.ts'
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

type Names = Readonly<Record<string, string>>

/** What a tool with actions understands beside their names, and how it says what is wrong. */
export interface ActionsInit {
  /** Names of arguments under which models give the same, to the tool's own. */
  otherNames?: Names
  /** Names of fields in what routes say is wrong, to those of the arguments that were given. */
  fieldNames?: Names
  /** The action of a call that names none. */
  standard?: string
}

/** Gives a tool its actions. */
export function withActions(
  { spec, call }: Tool,
  uses: Uses<string>,
  { otherNames = {}, fieldNames = {}, standard }: ActionsInit,
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
        throw withUse(error, { uses, fieldNames, action: meant.action })
      }
    },
  }
}

/** The arguments under the names that the tool has. What is null is not given. */
function inOwnWords(given: Given, otherNames: Names): Given {
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
function withUse(
  error: unknown,
  { uses, fieldNames, action }: { uses: Uses<string>; fieldNames: Names; action: unknown },
): unknown {
  const failure = failureFrom(error)
  const ours = ABOUT_ARGUMENTS.find((one) => one === failure.code)
  if (ours === undefined) return error
  const { message, details } = inArguments(failure, fieldNames)
  const told = Object.entries(uses).filter(([name]) => useNamed(uses, action) === undefined || name === action)
  return new ApiError(ours, `${message}\n${told.map(useText).join('\n')}\n`, details, { cause: error })
}

/** What is wrong, told of the arguments that the caller gave. */
function inArguments({ message, details }: Failure, fieldNames: Names): Pick<Failure, 'message' | 'details'> {
  if (!isFaults(details) || !details.some(({ field }) => Object.hasOwn(fieldNames, field))) return { message, details }
  const faults = details.map((fault) => {
    const name = Object.hasOwn(fieldNames, fault.field) ? fieldNames[fault.field] : undefined
    return { ...fault, field: name ?? fault.field }
  })
  return { message: `${faults.map((fault) => `${fault.field} ${fault.message}`).join('; ')}.`, details: faults }
}

function isFaults(details: ErrorDetails): details is readonly FieldFault[] {
  return Array.isArray(details)
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
