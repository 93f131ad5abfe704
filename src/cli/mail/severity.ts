// How severity is shown: what matters is seen without reading, and told without colour.

import { styleText } from 'node:util'

/** Nothing for what matters no more than usual. */
export function severityWord(severity: 'info' | 'warning' | 'critical'): string {
  if (severity === 'info') return ''
  return styleText(severity === 'critical' ? ['bold', 'red'] : 'yellow', severity)
}
