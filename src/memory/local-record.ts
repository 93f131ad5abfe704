// What is written of a memory that stays on this machine, from what its author gives.

import { agentOf, categoryOf, projectOf, sayingOf } from '../content/index.ts'
import { canonicalContent, parseTimestamp } from '../feed/index.ts'
import { searchTextOf } from '../projections/index.ts'
import type { LocalRecord } from './local-memory.ts'
import type { MemoryDraft } from './memory.ts'

/** @throws FeedError `FEED_TOO_LARGE`, `FEED_NOT_CANONICAL`: what could not be signed is not kept either, so that it can be shared one day */
export function localRecordOf({ content, tags = [], expiresAt }: MemoryDraft): LocalRecord {
  const text = canonicalContent(content)
  const { title, observation, rest } = searchTextOf({ content, tags })
  return {
    content: text,
    tags,
    category: categoryOf(content) ?? '',
    project: projectOf(content),
    agent: agentOf(content),
    said: sayingOf(content) ?? '',
    words: { title, text: observation, rest },
    expiresAt: expiresAt === undefined ? undefined : parseTimestamp(expiresAt),
  }
}
