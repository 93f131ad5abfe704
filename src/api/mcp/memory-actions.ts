// What each action of egregore_memory takes.

import type { Uses } from './actions.ts'

type Action = 'remember' | 'recall' | 'recent' | 'get' | 'supersede' | 'forget'

const FILTERS = ['category', 'project', 'tags', 'visibility', 'cursor']
const SOME_ID = '3f0c…64 hex characters'

export const MEMORY_USES: Uses<Action> = {
  remember: {
    needs: ['content'],
    takes: ['title', 'category', 'project', 'tags', 'visibility'],
    example: {
      content: 'Staging Postgres listens on 5433.',
      title: 'Staging port',
      project: 'shop',
      category: 'runbooks',
    },
  },
  recall: {
    needs: ['content'],
    takes: FILTERS,
    example: { content: 'which port does staging use', project: 'shop' },
    onlyReads: true,
  },
  recent: { needs: [], takes: FILTERS, example: { project: 'shop' }, onlyReads: true },
  get: { needs: ['id'], takes: [], example: { id: SOME_ID }, onlyReads: true },
  supersede: {
    needs: ['id', 'content'],
    takes: ['title', 'category', 'project', 'tags'],
    example: { id: SOME_ID, content: 'Staging Postgres listens on 5434 since May.', title: 'Staging port' },
  },
  forget: { needs: ['id'], takes: ['content'], example: { id: SOME_ID, content: 'it was wrong' } },
}

/** Other names under which models give the same. */
export const MEMORY_OTHER_NAMES: Readonly<Record<string, string>> = {
  query: 'content',
  text: 'content',
  reason: 'content',
  hash: 'id',
}
