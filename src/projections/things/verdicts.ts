// Which messages of an author are in force, and why the others are not: the rules of protocols/content/effects.md, as a pure function of the
// messages that are held. A thing is its first message; the messages that replace it are its versions.

import type { Claim } from '../../content/index.ts'
import type { Hash } from '../../feed/index.ts'

/** A message, as far as the rules look at it. All that are judged together are of one author. */
export interface Said {
  hash: Hash
  sequence: number
  /** `content.type`; empty when there is none. */
  type: string
  claim: Claim | undefined
}

/** What became of a message. */
export type State = 'in force' | 'superseded' | 'retracted' | 'erased' | 'without effect'

/** Why a message has no effect. Public and frozen. */
export type Misfit = 'NOT_THE_AUTHOR' | 'OTHER_TYPE' | 'ERASURE_IS_FINAL' | 'NOT_A_HASH'

/** One message, judged. */
export interface Verdict {
  state: State
  /** With `without effect`. */
  misfit?: Misfit
  /** Where following its targets ends: the first message of all that depend on one another, or a missing one that it would hang on. */
  root: Hash
  /** The first message of the thing that it is a version of, held or not; what is no version of another stands for itself. */
  first: Hash
}

/**
 * Judges messages of one author; all that one of them depends on, as far as it is held, has to be among them.
 *
 * @param isAnothers - whether a message is held and somebody else's
 */
export function verdictsOn(said: readonly Said[], isAnothers: (hash: Hash) => boolean): Map<Hash, Verdict> {
  const steps = verdictsInSteps(said, isAnothers)
  let step = steps.next()
  while (!step.done) step = steps.next()
  return step.value
}

/** The same, a message a step. */
export function* verdictsInSteps(
  said: readonly Said[],
  isAnothers: (hash: Hash) => boolean,
): Generator<undefined, Map<Hash, Verdict>> {
  const judged = yield* parentsFirst(said, isAnothers)
  const takenBack: TakenBack = new Map()
  for (const one of judged.toReversed()) {
    if (isRetract(one)) settleRetract(one, takenBack)
    yield
  }
  const versions = yield* grouped(judged, (one) => (isRetract(one) ? undefined : one.first))
  versions.delete(undefined)
  for (const ofOne of versions.values()) {
    settleVersions(ofOne, takenBack)
    yield
  }
  const verdicts = new Map<Hash, Verdict>()
  for (const { hash, state, misfit, root, first } of judged) {
    verdicts.set(hash, { state, root, first, ...(misfit && { misfit }) })
    yield
  }
  return verdicts
}

/** Those that have something in common, in their order. */
function* grouped<Item, Key>(
  items: Iterable<Item>,
  keyOf: (item: Item) => Key,
): Generator<undefined, Map<Key, Item[]>> {
  const groups = new Map<Key, Item[]>()
  for (const item of items) {
    const key = keyOf(item)
    const group = groups.get(key)
    if (group === undefined) groups.set(key, [item])
    else group.push(item)
    yield
  }
  return groups
}

/** What the retracts in force make of the messages that they name, held or not. */
type TakenBack = Map<Hash, 'retracted' | 'erased'>

/** Where a message stands among the others, which nothing that hangs on it can change. */
export interface Standpoint extends Pick<Verdict, 'root' | 'first'> {
  misfit: Misfit | undefined
}

/** A message on its way to a verdict. */
interface Judged extends Said, Standpoint {
  state: State
}

/** Every message behind the one that it names. That order exists: nobody can name a hash before it is made. */
function* parentsFirst(said: readonly Said[], isAnothers: (hash: Hash) => boolean): Generator<undefined, Judged[]> {
  const held = yield* grouped(said, ({ hash }) => hash)
  const naming = yield* grouped(said, ({ claim }) => claim?.target)
  const judged = new Map<Hash, Judged>()
  const next: Said[][] = []
  for (const [target, claiming] of naming) {
    if (target === undefined || !held.has(target)) next.push(claiming)
    yield
  }
  // What is pushed while it is walked comes behind all that it names.
  for (const claiming of next) {
    for (const one of claiming) {
      judged.set(one.hash, judgedWith(one, judged, isAnothers))
      const further = naming.get(one.hash)
      if (further !== undefined) next.push(further)
      yield
    }
  }
  return [...judged.values()]
}

function judgedWith(one: Said, judged: ReadonlyMap<Hash, Judged>, isAnothers: (hash: Hash) => boolean): Judged {
  const named = one.claim?.target
  const target = named === undefined ? undefined : judged.get(named)
  return { ...one, ...standpointOf(one, target, isAnothers), state: 'in force' }
}

/** @param target - what it names, when that is held and of the same author */
export function standpointOf(
  one: Said,
  target: (Pick<Said, 'type' | 'claim'> & Pick<Standpoint, 'root' | 'first'>) | undefined,
  isAnothers: (hash: Hash) => boolean,
): Standpoint {
  const named = one.claim?.target
  const misfit = misfitOf(one, target, isAnothers)
  const replaces = one.claim?.does === 'edit' && misfit === undefined
  return {
    misfit,
    root: target?.root ?? named ?? one.hash,
    first: replaces ? (target?.first ?? named ?? one.hash) : one.hash,
  }
}

function misfitOf(
  { claim, type }: Said,
  target: Pick<Said, 'type' | 'claim'> | undefined,
  isAnothers: (hash: Hash) => boolean,
): Misfit | undefined {
  if (claim === undefined) return undefined
  if (claim.target === undefined) return 'NOT_A_HASH'
  if (target === undefined) return isAnothers(claim.target) ? 'NOT_THE_AUTHOR' : undefined
  if (claim.does === 'edit') return target.type === type ? undefined : 'OTHER_TYPE'
  return target.claim?.does === 'erase' ? 'ERASURE_IS_FINAL' : undefined
}

function isRetract({ claim }: Said): boolean {
  return claim !== undefined && claim.does !== 'edit'
}

/** §2: a retract is in force unless a retract of it is. Those have been asked before. */
function settleRetract(one: Judged, takenBack: TakenBack): void {
  one.state = stateOf(one, takenBack.get(one.hash))
  const { does, target } = one.claim ?? {}
  if (one.state !== 'in force' || target === undefined) return
  if (does === 'erase') takenBack.set(target, 'erased')
  else if (!takenBack.has(target)) takenBack.set(target, 'retracted')
}

/** §1.4 and §2.4: what holds of the first message holds of all; of those that are left the last one counts. */
function settleVersions(versions: readonly Judged[], takenBack: TakenBack): void {
  for (const one of versions) {
    const marks = [takenBack.get(one.hash), takenBack.get(one.first)]
    one.state = stateOf(one, marks.includes('erased') ? 'erased' : marks.find((mark) => mark !== undefined))
  }
  const [, ...others] = versions.filter(({ state }) => state === 'in force').sort(latestFirst)
  for (const one of others) one.state = 'superseded'
}

/** Erased text goes, whatever else holds of it. */
function stateOf({ misfit }: Judged, mark: 'retracted' | 'erased' | undefined): State {
  if (mark === 'erased') return 'erased'
  return misfit === undefined ? (mark ?? 'in force') : 'without effect'
}

/** Of two versions the one that counts. */
export function latestFirst(one: Pick<Said, 'hash' | 'sequence'>, other: Pick<Said, 'hash' | 'sequence'>): number {
  return other.sequence - one.sequence || (one.hash < other.hash ? -1 : 1)
}
