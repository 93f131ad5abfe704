// GET /metrics: the node in numbers, for Prometheus.

import { defineRoute } from '../route.ts'

export const metricsRoute = defineRoute(
  {
    method: 'get',
    path: '/metrics',
    summary: 'The node in numbers, in the text format of Prometheus',
    description: 'Made when it is asked for. No label has a value that a peer could choose.',
    answer: {
      status: 200,
      description: 'Gauges of this node, and of its process',
      stream: 'text/plain; version=0.0.4; charset=utf-8',
    },
    errors: [],
  },
  async ({ metrics }) => ({ stream: new Blob([await metrics.text()]).stream() }),
)
