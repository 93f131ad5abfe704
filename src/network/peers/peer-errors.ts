// What is wrong with a question or an order about peers, and what to do about it.

import { NetworkError } from '../errors.ts'

export function notBanned(peer: string): NetworkError {
  return new NetworkError('PEER_NOT_BANNED', `The peer ${peer} is not banned.`, { peer })
}

export function unknown(address: string): NetworkError {
  const message = `No peer ${address} is known. "egregore peers" lists those that are.`
  return new NetworkError('PEER_UNKNOWN', message, { address })
}

export function fromConfig(address: string): NetworkError {
  const message = `Peer ${address} comes from --peer, --bootstrap or the configuration. Remove it there and restart; removing it here would not last.`
  return new NetworkError('PEER_FROM_CONFIG', message, { address })
}

export function tableFull(limit: number): NetworkError {
  return new NetworkError('PEER_TABLE_FULL', `${limit} peers are known already. Remove one first.`, { limit })
}
