// The face of api/: the HTTP interface of a node. Translates, never decides.

export { createApi } from './api.ts'
export { ApiError } from './errors.ts'
export { messageText } from './message-text.ts'
export { startServer } from './server.ts'
export type { Api, Routes } from './api.ts'
export type { Auth } from './auth.ts'
export type { CallerRules } from './callers.ts'
export type { About, ApiComponents, StorageCare } from './components.ts'
export type { Metadata } from './envelope.ts'
export type { ApiErrorCode } from './errors.ts'
export type { MemoryData } from './memories/shapes.ts'
export type { ApiServer, ServerInit } from './server.ts'
export type {
  AgentData,
  AuthorData,
  BackupData,
  HookData,
  HookLetterData,
  IdentityData,
  ImportData,
  KnownTopicData,
  LogLevelsData,
  MeshPeerData,
  MessageData,
  PeerData,
  PeerReportData,
  PolicyData,
  PreviewData,
  StatusData,
  SweepingData,
  TopicData,
  ValidationData,
} from './shapes.ts'
