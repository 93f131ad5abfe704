// The values of which many shapes are made.

import { z } from '@hono/zod-openapi'

export const Timestamp = z.string().openapi({ format: 'date-time' })

export const Count = z.number().int().nonnegative()

/** Any JSON value, null included; only a missing one is none. */
export const JsonValue = z
  .unknown()
  .refine((value) => value !== undefined, { error: 'is missing: give any JSON value' })
