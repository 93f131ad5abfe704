// What a node says of a draft before it signs it: whether its content is of the form that it claims, and whether it gives a secret away.

import { canonicalContent } from '../feed/index.ts'
import { ContentError } from './errors.ts'
import { secretsIn } from './secrets.ts'
import type { Mismatch } from './mismatch.ts'
import type { Schemas, Verdict } from './schemas.ts'

/** What becomes of content that looks as if it held a secret. */
export type SecretsPolicy = 'warn' | 'block' | 'off'

/** Something that the publisher should know of a message that is signed all the same. */
export interface Warning {
  code:
    | 'SCHEMA_MISMATCH'
    | 'SCHEMA_UNKNOWN'
    | 'SCHEMA_UNCHECKED'
    | 'SECRET_FOUND'
    | 'ALREADY_EXPIRED'
    | 'WITHOUT_EFFECT'
    | 'TOO_MANY_CRITICAL'
  /** `content.title` */
  field: string
  /** A sentence. */
  message: string
}

/** The parts of a draft that are looked at. */
export interface Reviewed {
  /** As a draft has it. */
  content: unknown
  schemaId?: string
  tags?: readonly string[]
}

/** What the reviewer works with. */
export interface ReviewerInit {
  schemas: Pick<Schemas, 'check'>
  /**
   * Refuse content for which there is no schema, or that does not fit it.
   *
   * @default false
   */
  isStrict?: boolean
  /** @default 'warn' */
  secrets?: SecretsPolicy
}

/** Reviews drafts. A peer's message never comes here: its content is no reason to refuse it. */
export class Reviewer {
  readonly #schemas: Pick<Schemas, 'check'>
  readonly #isStrict: boolean
  readonly #secrets: SecretsPolicy

  constructor({ schemas, isStrict = false, secrets = 'warn' }: ReviewerInit) {
    this.#schemas = schemas
    this.#isStrict = isStrict
    this.#secrets = secrets
  }

  /**
   * The warnings of a draft that may be signed; empty for most.
   *
   * @throws ContentError `SCHEMA_MISMATCH`, `SCHEMA_UNKNOWN`, `SCHEMA_UNCHECKED`, `SECRET_FOUND`, `ENCRYPTION_UNSUPPORTED`
   * @throws FeedError `FEED_TOO_LARGE`, `FEED_NOT_CANONICAL` for content that cannot be signed
   */
  async review({ content, schemaId, tags = [] }: Reviewed): Promise<Warning[]> {
    // Only what can be signed is looked at, so that the time it takes is bounded.
    const value: unknown = JSON.parse(canonicalContent(content))
    refuseEncryption(value)
    const secrets = this.#reviewSecrets(value, tags)
    const verdict = await this.#schemas.check(value, schemaId)
    return [...this.#reviewForm(verdict, schemaId !== undefined), ...secrets]
  }

  #reviewForm(verdict: Verdict, isNamed: boolean): Warning[] {
    switch (verdict.kind) {
      case 'fits':
        return []
      case 'misfits':
        if (isNamed || this.#isStrict) throw mismatch(verdict.schemaId, verdict.mismatches)
        return verdict.mismatches.map((fault) => warningOf(verdict.schemaId, fault))
      case 'unknown':
        if (this.#isStrict) throw unknown(verdict.schemaId)
        return isNamed ? [{ code: 'SCHEMA_UNKNOWN', field: 'schema_id', message: unknownText(verdict.schemaId) }] : []
      case 'unchecked':
        if (isNamed || this.#isStrict) throw unchecked(verdict.schemaId)
        return [{ code: 'SCHEMA_UNCHECKED', field: 'content', message: uncheckedText(verdict.schemaId) }]
    }
  }

  #reviewSecrets(content: unknown, tags: readonly string[]): Warning[] {
    if (this.#secrets === 'off') return []
    const found = [...secretsIn(content, 'content'), ...secretsIn(tags, 'tags')]
    if (found.length > 0 && this.#secrets === 'block') {
      const faults = found.map(({ field, name }) => ({ field, message: `looks like ${name}` }))
      throw new ContentError('SECRET_FOUND', `${sentenceOf(faults)} Nothing was signed: ${FOR_EVER}`, faults)
    }
    return found.map(({ field, name }) => ({
      code: 'SECRET_FOUND',
      field,
      message: `${field} looks like ${name}: ${FOR_EVER} If it is one, it has to be replaced now.`,
    }))
  }
}

/** The original encrypts content that names its readers. Whoever counts on that must not see it published to everybody. */
function refuseEncryption(content: unknown): void {
  if (typeof content !== 'object' || content === null || !('encrypt_for' in content)) return
  const { encrypt_for: readers } = content
  if (readers === null || (Array.isArray(readers) && readers.length === 0)) return
  const text = `This node cannot encrypt, and content.encrypt_for asks for it. Nothing was signed: ${FOR_EVER}`
  const faults = [{ field: 'content.encrypt_for', message: 'must be left out: everybody can read what is published' }]
  throw new ContentError('ENCRYPTION_UNSUPPORTED', text, faults)
}

const FOR_EVER = 'what is published is copied to others and cannot be taken back.'

function mismatch(schemaId: string, mismatches: readonly Mismatch[]): ContentError {
  const faults = mismatches.map(({ field, message }) => ({ field: inContent(field), message }))
  const text = `The content does not fit ${schemaId}: ${sentenceOf(faults)}`
  return new ContentError('SCHEMA_MISMATCH', text, faults, { schemaId })
}

function unknown(schemaId: string | undefined): ContentError {
  const faults = [
    { field: schemaId === undefined ? 'content.type' : 'schema_id', message: 'names no schema of this node' },
  ]
  return new ContentError('SCHEMA_UNKNOWN', `${unknownText(schemaId)} This node signs only what fits one.`, faults)
}

function unknownText(schemaId: string | undefined): string {
  if (schemaId === undefined) return 'No schema is known for the type of the content.'
  return `The schema ${schemaId.slice(0, 100)} is not known here, so the content was not held against it.`
}

function unchecked(schemaId: string): ContentError {
  const faults = [{ field: 'content', message: `was not held against ${schemaId}` }]
  return new ContentError('SCHEMA_UNCHECKED', uncheckedText(schemaId), faults)
}

function uncheckedText(schemaId: string): string {
  return `Holding the content against ${schemaId} took too long, so nobody knows whether it fits.`
}

function warningOf(schemaId: string, { field, message }: Mismatch): Warning {
  const place = inContent(field)
  return { code: 'SCHEMA_MISMATCH', field: place, message: `${place} ${message} (${schemaId}).` }
}

function sentenceOf(faults: readonly Mismatch[]): string {
  return `${faults.map(({ field, message }) => `${field} ${message}`).join('; ')}.`
}

/** `title` → `content.title`, `[0]` → `content[0]` */
function inContent(field: string): string {
  return field === '' || field.startsWith('[') ? `content${field}` : `content.${field}`
}
