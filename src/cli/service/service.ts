// What a service is, and what each manager of services (systemd, launchd, the Windows task scheduler) must be able to do with one.

/** `user`: for whoever installs it. `system`: for the machine, started with it. */
export type Scope = 'user' | 'system'

/** A node that a manager is to start. All paths are absolute. */
export interface Service {
  name: string
  scope: Scope
  /** The Node that starts it. */
  program: string
  args: readonly string[]
  dataDir: string
  /** Who runs it, with the system's scope. */
  account?: string
  /** A file with the passphrase of the private key. */
  passphraseFile?: string
}

/** A program and its arguments; no shell reads them. */
export type ToolCall = readonly [string, ...string[]]

/** How a manager says a service is. */
export interface ManagedState {
  isRunning: boolean
  /** For a person: "active (running), enabled". */
  words: string
  pid?: number
}

/** What a tool left behind. */
export interface ToolOutcome {
  exitCode: number
  stdout: string
  stderr: string
}

/** One manager, in one scope. It only says what is to be written and called; installation.ts does it. */
export interface Manager {
  title: string
  scope: Scope
  encoding: 'utf8' | 'utf16le'
  /** Where the description of a service lies. */
  pathOf(name: string): string
  /** The description itself. */
  textOf(service: Service): string
  /** Succeeds where the manager runs. */
  probe: ToolCall
  /** Behind a new or changed description: now, and at each start of the machine or session. */
  start(name: string): readonly ToolCall[]
  /** Ends what runs, and starts it. */
  restart(name: string): readonly ToolCall[]
  /** Before a description is removed. Whether it ran does not matter. */
  stop(name: string): readonly ToolCall[]
  /** Behind it. */
  forget: readonly ToolCall[]
  /** What is asked of it, and how its answer is read. */
  state: { call(name: string): ToolCall; read(outcome: ToolOutcome): ManagedState }
  /** What whoever installed it should know. */
  advice(service: Service): readonly string[]
}

/** Stands in a comment of every description of ours, so that nobody else's is ever replaced, and status knows whose node it starts. */
export function markOf(dataDir: string): string {
  // Also in XML, where a comment holds no two hyphens in a row.
  const escaped = JSON.stringify(dataDir).replace(/-(?=-)|[<>&]/g, (mark) => `\\u00${mark.charCodeAt(0).toString(16)}`)
  return `egregore service of ${escaped}`
}

/** The data directory in a description; undefined when it is not ours. */
export function dataDirIn(text: string): string | undefined {
  const [, quoted] = /egregore service of ("(?:[^"\\]|\\.)*")/.exec(text) ?? []
  return quoted === undefined ? undefined : (JSON.parse(quoted) as string) // A text in quotes is a text.
}
