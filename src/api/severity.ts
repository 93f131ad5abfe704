// Whoever calls everything critical calls nothing critical: readers count so many of an author in an hour (protocols/content/message/1).

import { CRITICAL_PER_HOUR_MAX } from '../projections/index.ts'
import { ApiError } from './errors.ts'
import type { Warning } from '../content/index.ts'
import type { ApiComponents } from './components.ts'

type Components = Pick<ApiComponents, 'projections' | 'log'>

/** Whether content is a message that calls itself critical. */
export function isCritical(content: unknown): boolean {
  const { type, severity } = (content ?? {}) as { type?: unknown; severity?: unknown } // As: any value but undefined and null has members.
  return type === 'message' && severity === 'critical'
}

/** @throws ApiError `TOO_MANY_CRITICAL`: whoever says so many has to choose */
export async function refuseTooManyCritical(components: Components): Promise<void> {
  if (!(await areTooMany(components))) return
  throw new ApiError('TOO_MANY_CRITICAL', `${TOO_MANY} Say it as a warning, or later.`, {
    limit: CRITICAL_PER_HOUR_MAX,
  })
}

/** What is published as it is given, a critical message among it, is signed all the same. */
export async function severityWarnings(content: unknown, components: Components): Promise<Warning[]> {
  if (!isCritical(content) || !(await areTooMany(components))) return []
  return [
    { code: 'TOO_MANY_CRITICAL', field: 'content.severity', message: `${TOO_MANY} This one counts as a warning.` },
  ]
}

const TOO_MANY = `This node has said ${CRITICAL_PER_HOUR_MAX} critical messages within an hour, and readers count no more of them as critical.`

async function areTooMany({ projections, log }: Components): Promise<boolean> {
  return (await projections.criticalInLastHour(log.author)) >= CRITICAL_PER_HOUR_MAX
}
