// GET, POST /v1/log-levels: how much each part of this node says to the log.

import { z } from '@hono/zod-openapi'
import { LEVELS, PARTS } from '../../logger.ts'
import { defineRoute } from '../route.ts'
import { LogLevelsShape } from '../shapes/log-levels.ts'
import type { LogLevels } from '../../logger.ts'
import type { LogLevelsData } from '../shapes/log-levels.ts'

export const logLevelsRoute = defineRoute(
  {
    method: 'get',
    path: '/v1/log-levels',
    summary: 'How much each part of this node says to the log',
    description: 'A part without a level of its own has the default.',
    answer: { status: 200, description: 'Levels in force', data: LogLevelsShape },
    errors: [],
  },
  ({ levels }) => ({ data: levelsData(levels) }),
)

const ChangesBody = z
  .strictObject({
    default: z.enum(LEVELS).optional(),
    parts: z
      .partialRecord(z.enum(PARTS), z.enum([...LEVELS, 'default']))
      .optional()
      .openapi({ additionalProperties: false }),
  })
  .openapi({ description: 'A part whose level is `default` has no level of its own any more.' })

export const changeLogLevelsRoute = defineRoute(
  {
    method: 'post',
    path: '/v1/log-levels',
    summary: 'Changes the levels that are named, until the node ends; then log.level of the configuration holds again',
    description: 'Holds at once, and is not written to the configuration.',
    body: ChangesBody,
    answer: { status: 200, description: 'Levels in force', data: LogLevelsShape },
    errors: [],
  },
  ({ levels }, { body }) => {
    if (body.default !== undefined) levels.default = body.default
    for (const part of PARTS) {
      const level = body.parts?.[part]
      if (level !== undefined) levels.set(part, level)
    }
    return { data: levelsData(levels) }
  },
)

function levelsData(levels: LogLevels): LogLevelsData {
  const parts = Object.fromEntries(PARTS.map((part) => [part, levels.of(part)]))
  return { default: levels.default, parts: parts as LogLevelsData['parts'] } // As: fromEntries forgets the names.
}
