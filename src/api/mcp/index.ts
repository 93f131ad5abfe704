// The face of mcp/: the agents' door. Tools, resources and prompts over the same routes that the HTTP interface has.

export { createMcpEndpoint } from './endpoint.ts'
export type { McpEndpoint } from './endpoint.ts'
