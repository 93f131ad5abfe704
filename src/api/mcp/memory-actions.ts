// What each action of egregore_memory takes, so that a call that does not fit is answered with how to do it.

import { ApiError, failureFrom } from '../errors.ts'

export const ACTIONS = ['remember', 'recall', 'recent', 'get', 'supersede', 'forget'] as const

type Action = (typeof ACTIONS)[number]

interface Use {
  needs: readonly string[]
  takes: readonly string[]
  example: object
}

const FILTERS = ['category', 'project', 'tags', 'visibility', 'cursor']
const SOME_ID = '3f0c…64 hex characters'

const USES: Readonly<Record<Action, Use>> = {
  remember: {
    needs: ['content'],
    takes: ['title', 'category', 'project', 'tags', 'visibility'],
    example: {
      content: 'Staging Postgres listens on 5433.',
      title: 'Staging port',
      project: 'shop',
      category: 'runbooks',
    },
  },
  recall: { needs: ['content'], takes: FILTERS, example: { content: 'which port does staging use', project: 'shop' } },
  recent: { needs: [], takes: FILTERS, example: { project: 'shop' } },
  get: { needs: ['id'], takes: [], example: { id: SOME_ID } },
  supersede: {
    needs: ['id', 'content'],
    takes: ['title', 'category', 'project', 'tags'],
    example: { id: SOME_ID, content: 'Staging Postgres listens on 5434 since May.', title: 'Staging port' },
  },
  forget: { needs: ['id'], takes: ['content'], example: { id: SOME_ID, content: 'it was wrong' } },
}

/** Other names under which models give the same. */
const OTHER_NAMES: Readonly<Record<string, string>> = {
  query: 'content',
  text: 'content',
  reason: 'content',
  hash: 'id',
}

type Given = Readonly<Record<string, unknown>>

/** The arguments under the names that the tool has. What is null is not given. */
export function inOwnWords(given: Given): Given {
  const named = Object.entries(given).filter(([, value]) => value !== null && value !== undefined)
  return Object.fromEntries(named.map(([name, value]) => [ownName(name, given), value]))
}

function ownName(name: string, given: Given): string {
  const own = OTHER_NAMES[name]
  return own === undefined || given[own] !== undefined ? name : own
}

/** @throws ApiError `INVALID_ARGUMENTS` for what is missing, and for what the action does not take */
export function checkUse({ action, ...given }: Given): void {
  if (!isAction(action)) return
  const { needs, takes } = USES[action]
  const missing = needs.filter((name) => given[name] === undefined)
  const unknown = Object.keys(given).filter((name) => ![...needs, ...takes].includes(name))
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

/** The error with what the action takes, and an example; errors about something else as they are. */
export function withUse(error: unknown, action: unknown): unknown {
  const { code, message, details } = failureFrom(error)
  const ours = ABOUT_ARGUMENTS.find((one) => one === code)
  if (ours === undefined) return error
  const use = isAction(action) ? useOf(action) : ACTIONS.map(useOf).join('\n')
  return new ApiError(ours, `${message}\n${use}\n`, details, { cause: error })
}

const ABOUT_ARGUMENTS = ['INVALID_ARGUMENTS', 'INVALID_BODY', 'INVALID_QUERY', 'INVALID_HASH'] as const

function useOf(action: Action): string {
  const { needs, takes, example } = USES[action]
  const needed = needs.length === 0 ? 'needs nothing' : `needs ${needs.join(' and ')}`
  const optional = takes.length === 0 ? '' : `, takes ${takes.join(', ')}`
  return `${action} ${needed}${optional}. Example: ${JSON.stringify({ action, ...example })}`
}

function isAction(value: unknown): value is Action {
  return ACTIONS.some((action) => action === value)
}
