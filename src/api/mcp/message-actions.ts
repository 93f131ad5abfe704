// What each action of egregore_message takes.

import type { Uses } from './actions.ts'

type Action = 'send' | 'inbox' | 'read' | 'ack' | 'ask' | 'answer' | 'mute' | 'unmute'

const SOME_ID = '3f0c…64 hex characters'

export const MESSAGE_USES: Uses<Action> = {
  send: {
    needs: ['content'],
    takes: ['to', 'severity', 'category', 'id'],
    example: { content: 'The deploy of shop is rolled back.', to: ['Ada', 'role:on-call'], severity: 'warning' },
  },
  inbox: {
    needs: [],
    takes: ['severity', 'category', 'all', 'cursor'],
    example: { severity: 'warning' },
    onlyReads: true,
  },
  read: { needs: ['id'], takes: [], example: { id: SOME_ID } },
  ack: { needs: ['id'], takes: [], example: { id: SOME_ID } },
  ask: {
    needs: ['content'],
    takes: ['to'],
    example: { content: 'Who has seen ECONNRESET from the staging proxy?', to: ['role:on-call'] },
  },
  answer: {
    needs: ['id', 'content'],
    takes: ['confidence', 'to'],
    example: { id: SOME_ID, content: 'Its keep-alive is shorter than ours: set 4 s.', confidence: 0.8 },
  },
  mute: { needs: ['to'], takes: [], example: { to: ['Eve'] } },
  unmute: { needs: ['to'], takes: [], example: { to: ['Eve'] } },
}

/** Other names under which models give the same. */
export const MESSAGE_OTHER_NAMES: Readonly<Record<string, string>> = {
  text: 'content',
  message: 'content',
  question: 'content',
  answer: 'content',
  hash: 'id',
  reply_to: 'id',
  query_hash: 'id',
}

/** What the routes call what the tool calls by these. */
export const MESSAGE_FIELD_NAMES: Readonly<Record<string, string>> = {
  text: 'content',
  question: 'content',
  answer: 'content',
  reply_to: 'id',
  hash: 'id',
}
