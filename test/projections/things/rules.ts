// protocols/content/effects.md once more, word for word and as slow as it likes: what the projection is held against.

import type { MessageEntry } from '../../../src/log/index.ts'

type Message = Omit<MessageEntry, 'offset'>

interface Fields {
  type: string
  supersedes?: string
  target?: string
  erase?: boolean
}

/** The state of each of these messages, by hash. */
export function statesByTheRules(held: readonly Message[]): Record<string, string> {
  const find = (hash: string | undefined) => held.find((one) => one.hash === hash)
  const fields = ({ envelope }: Message) => envelope.content as Fields
  const isRetract = (one: Message) => fields(one).type === 'retract'
  const isErasure = (one: Message) => isRetract(one) && fields(one).erase === true
  const isEdit = (one: Message) => !isRetract(one) && fields(one).supersedes !== undefined
  const named = (one: Message) => (isRetract(one) ? fields(one).target : fields(one).supersedes)

  function hasNoEffect(one: Message): boolean {
    const target = find(named(one))
    if (target === undefined) return false
    if (target.author !== one.author) return true
    if (isEdit(one)) return fields(target).type !== fields(one).type
    return isErasure(target)
  }

  function isInForce(retract: Message): boolean {
    if (hasNoEffect(retract) || isErased(retract)) return false
    return isErasure(retract) || !isTakenBack(retract.hash, retract.author)
  }

  function isTakenBack(hash: string | undefined, author: string): boolean {
    return held.some((one) => isRetract(one) && one.author === author && fields(one).target === hash && isInForce(one))
  }

  function isErasedByName(hash: string | undefined, author: string): boolean {
    return held.some((one) => isErasure(one) && one.author === author && fields(one).target === hash && isInForce(one))
  }

  function isErased(one: Message): boolean {
    return isErasedByName(one.hash, one.author) || (!isRetract(one) && isErasedByName(thingOf(one), one.author))
  }

  function thingOf(one: Message): string {
    if (!isEdit(one) || hasNoEffect(one)) return one.hash
    const target = find(named(one))
    return target === undefined ? (named(one) ?? '') : thingOf(target)
  }

  function stateOf(one: Message): string {
    if (isErased(one)) return 'erased'
    if (hasNoEffect(one)) return 'without effect'
    if (isRetract(one)) return isInForce(one) ? 'in force' : 'retracted'
    if (isTakenBack(one.hash, one.author) || isTakenBack(thingOf(one), one.author)) return 'retracted'
    return held.some((other) => isBetter(other, one)) ? 'superseded' : 'in force'
  }

  /** Another version of the same thing that stands and comes later. */
  function isBetter(other: Message, one: Message): boolean {
    if (other === one || other.author !== one.author || isRetract(other) || thingOf(other) !== thingOf(one))
      return false
    if (isErased(other) || hasNoEffect(other)) return false
    if (isTakenBack(other.hash, other.author) || isTakenBack(thingOf(other), other.author)) return false
    return other.sequence > one.sequence || (other.sequence === one.sequence && other.hash < one.hash)
  }

  return Object.fromEntries(held.map((one) => [one.hash, stateOf(one)]))
}
