// How much is logged.

import { z } from '@hono/zod-openapi'
import { LEVELS, PARTS } from '../../logger.ts'

/** How much each part of this node says to the log. */
export const LogLevelsShape = z
  .object({
    default: z.enum(LEVELS).openapi({ description: 'Of parts that have no level of their own.' }),
    parts: z.record(z.enum(PARTS), z.enum(LEVELS)).openapi({ description: 'The level in force of each part.' }),
  })
  .openapi('LogLevels')

/** {@link LogLevelsShape} */
export type LogLevelsData = z.infer<typeof LogLevelsShape>
