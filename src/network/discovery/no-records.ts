// The datastore that the DHT gets: one that keeps nothing. Ours finds peers; records that nobody here asks for would only fill memory.

import { NotFoundError } from '@libp2p/interface'
import type { KadDHTComponents } from '@libp2p/kad-dht'

type Datastore = KadDHTComponents['datastore']

/** Takes everything and keeps nothing. */
export class NoRecords implements Datastore {
  has(): boolean {
    return false
  }

  get(): never {
    throw new NotFoundError('This DHT holds no records.')
  }

  put: Datastore['put'] = (key) => key

  delete(): void {}

  async *getMany(): AsyncGenerator<never> {}

  putMany: Datastore['putMany'] = async function* () {}

  deleteMany: Datastore['deleteMany'] = async function* () {}

  async *query(): AsyncGenerator<never> {}

  async *queryKeys(): AsyncGenerator<never> {}

  batch(): ReturnType<Datastore['batch']> {
    return { put: () => {}, delete: () => {}, commit: () => {} }
  }
}
