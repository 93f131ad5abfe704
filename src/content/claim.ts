// What a message does to another message of its author: it replaces it, or takes it back. protocols/content/effects.md.

import { isHash } from '../feed/index.ts'
import type { Hash } from '../feed/index.ts'

/** What a message means to do, before anybody has asked whether it may. */
export interface Claim {
  does: 'edit' | 'retract' | 'erase'
  /** Undefined when a retract names none. An edit always does. */
  target: Hash | undefined
}

/** The claim of a content, if it makes one. `supersedes` that is no hash is passed over, as any field that does not fit. */
export function claimOf(content: unknown): Claim | undefined {
  if (typeof content !== 'object' || content === null || Array.isArray(content)) return undefined
  const { type, target, erase, supersedes } = content as Readonly<Record<string, unknown>> // As: any object has unknown members.
  if (type === 'retract') {
    return { does: erase === true ? 'erase' : 'retract', target: isHash(target) ? target : undefined }
  }
  return typeof type === 'string' && isHash(supersedes) ? { does: 'edit', target: supersedes } : undefined
}
