// Bytes of frames with their length prefixes, as counters.

import type { Frame } from './frames/frames.ts'

/** Payload is Messages; everything else is control. */
export interface Traffic {
  controlIn: number
  controlOut: number
  payloadIn: number
  payloadOut: number
}

export function noTraffic(): Traffic {
  return { controlIn: 0, controlOut: 0, payloadIn: 0, payloadOut: 0 }
}

export function countIn(traffic: Traffic, kind: Frame['kind'], bytes: number): void {
  traffic[kind === 'messages' ? 'payloadIn' : 'controlIn'] += bytes
}

export function countOut(traffic: Traffic, kind: Frame['kind'], bytes: number): void {
  traffic[kind === 'messages' ? 'payloadOut' : 'controlOut'] += bytes
}

export function addTraffic(total: Traffic, more: Traffic): void {
  total.controlIn += more.controlIn
  total.controlOut += more.controlOut
  total.payloadIn += more.payloadIn
  total.payloadOut += more.payloadOut
}
