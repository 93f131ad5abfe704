// GET /health: for whoever watches over processes. 200, or 503 with the reasons.

import { reasonsAgainstHealth } from '../health.ts'
import { defineRoute } from '../route.ts'
import { HealthShape } from '../shapes/status.ts'

export const healthRoute = defineRoute(
  {
    method: 'get',
    path: '/health',
    summary: 'Whether the node is well; 503 with reasons when it is not',
    description: 'No token is asked for. A lag, or having no peers, is no reason: it passes by itself.',
    answer: { status: 200, description: 'All is well', data: HealthShape },
    errors: ['UNHEALTHY'],
  },
  async (components) => {
    const reasons = await reasonsAgainstHealth(components)
    if (reasons.length === 0) return { data: { ok: true, reasons } }
    const failure = { status: 503, code: 'UNHEALTHY', message: reasons.join(' '), details: { reasons } } as const
    return { data: { ok: false, reasons }, failure }
  },
)
