// What each action of egregore_presence takes.

import type { Uses } from './actions.ts'

type Action = 'say' | 'announce'

export const PRESENCE_USES: Uses<Action> = {
  say: {
    needs: ['status'],
    takes: ['text', 'load', 'ttl_secs'],
    example: { status: 'working', text: 'on the index', load: 0.5 },
  },
  announce: {
    needs: ['name'],
    takes: ['description', 'capabilities', 'role'],
    example: { name: 'Ada', capabilities: ['sqlite'], role: 'reviewer' },
  },
}

/** Of a call that names none: what the tool is called for most. */
export const PRESENCE_ACTION: Action = 'say'
