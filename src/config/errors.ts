// The error class of the configuration.

/** `CONFIG_INVALID`: a value does not fit; `details.problems` names each setting, what was found and what was expected. */
export type ConfigErrorCode = 'CONFIG_INVALID'

/** Thrown before anything is started. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError'
  readonly code: ConfigErrorCode = 'CONFIG_INVALID'
  readonly details: { problems: readonly string[] }

  constructor(problems: readonly string[]) {
    super(problems.join('\n'))
    this.details = { problems }
  }
}
