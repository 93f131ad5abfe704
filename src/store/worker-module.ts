// Where the module of a worker or a process is: tsc rewrites import specifiers but not URLs, so the extension is this file's own.

/** The URL of a module in this folder or below it, by its path without extension. */
export function workerModule(path: string): URL {
  const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js'
  return new URL(`./${path}.${extension}`, import.meta.url)
}
