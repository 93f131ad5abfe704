// The face of connect/: clients of MCP, and what is written into their files.

export { CLIENTS } from './client.ts'
export { ClientFile } from './client-file.ts'
export { connect, disconnect } from './connect.ts'
export { entryIn, printedEntry } from './entries.ts'
export { ConnectionRecord } from './record.ts'
export type { Client, ClientName, Places, Reach, Scope } from './client.ts'
export type { Connected, Disconnected, Place } from './connect.ts'
