// Where a page of the list of all memories ends, in the mesh and on this machine, as opaque text that the caller hands back.

import { ProjectionError } from '../projections/index.ts'
import type { LocalPlace } from './local-memory.ts'

export interface PagePlace {
  /** A cursor of the list of messages. */
  mesh: string | undefined
  /** The last local memory that was shown. */
  local: LocalPlace | undefined
}

const PLACE = /^(?<mesh>[\w-]*) (?:(?<time>\d{1,15})\.(?<number>\d{1,15}))?$/

export function writePlace({ mesh = '', local }: PagePlace): string {
  const shown = local === undefined ? '' : `${local.time}.${local.number}`
  return Buffer.from(`${mesh} ${shown}`).toString('base64url')
}

/** @throws ProjectionError `PROJECTION_CURSOR_INVALID` */
export function readPlace(cursor: string | undefined): PagePlace {
  if (cursor === undefined) return { mesh: undefined, local: undefined }
  const found = PLACE.exec(Buffer.from(cursor, 'base64url').toString())?.groups
  if (found === undefined) throw invalid(cursor)
  const { mesh, time, number } = found
  return {
    mesh: mesh || undefined,
    local: time === undefined ? undefined : { time: Number(time), number: Number(number) },
  }
}

function invalid(cursor: string): ProjectionError {
  return new ProjectionError(
    'PROJECTION_CURSOR_INVALID',
    'The cursor is not one that this list gave: pass on metadata.next of the page before.',
    { field: 'after', found: cursor.slice(0, 100) },
  )
}
