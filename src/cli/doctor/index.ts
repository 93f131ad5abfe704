// The face of doctor/: what may be wrong with a node, looked at one by one.

export { CHECKS } from './checks.ts'
export { endSoon, examine, hasFailed, mend } from './examine.ts'
export { lookAt } from './patient.ts'
export { printDiagnoses, reportOf } from './report.ts'
export type { Patient } from './check.ts'
export type { Diagnosis } from './examine.ts'
