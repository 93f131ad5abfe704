// The id of an event: which store, and how far into it. Opaque to clients, which only hand it back.

/** A place in the log of some store. */
export interface EventPlace {
  storeId: string
  /** The last entry that was told of. */
  offset: number
}

const EVENT_ID = /^(?<storeId>[0-9a-f]{16})-(?<offset>0|[1-9][0-9]{0,14})$/

/** @example eventId({ storeId: '00112233445566ff', offset: 7 }) // '00112233445566ff-7' */
export function eventId({ storeId, offset }: EventPlace): string {
  return `${storeId}-${offset}`
}

/** What an id says, or undefined for what is none. */
export function readEventId(id: string): EventPlace | undefined {
  const { storeId, offset } = EVENT_ID.exec(id)?.groups ?? {}
  return storeId === undefined ? undefined : { storeId, offset: Number(offset) }
}
