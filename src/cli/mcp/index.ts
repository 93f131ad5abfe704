// The face of mcp/: a client that speaks over standard input and output is carried to a running node.

export { bridge } from './bridge.ts'
export { nodeBefore } from './finding.ts'
export { NodeLink } from './node-link.ts'
