// What comes of copying a log, and of taking in messages from one.

import { z } from '@hono/zod-openapi'
import { Count, Timestamp } from './values.ts'

export const BackupShape = z
  .object({
    path: z.string().openapi({ description: 'The directory that holds it; "egregore restore" takes it.' }),
    bytes: Count,
    made_at: Timestamp,
  })
  .openapi('Backup')

export const ImportShape = z
  .object({
    outcomes: z.record(z.string(), Count).openapi({
      description:
        'How many were appended, duplicate, mended (in place of one that a disk had damaged), forgotten, expired, blocked or forked; outcomes of none are left out.',
    }),
    refused: z
      .array(z.object({ index: Count, code: z.string() }))
      .openapi({ description: 'Messages that are not what their author signed: place in the list, from 0, and why.' }),
    publishing_waits: z.boolean().openapi({
      description: 'Our own feed was among them: nothing is published until a peer has told whether it holds more.',
    }),
  })
  .openapi('Import')

/** {@link BackupShape} */
export type BackupData = z.infer<typeof BackupShape>

/** {@link ImportShape} */
export type ImportData = z.infer<typeof ImportShape>
