// Where a worker's module is: tsc rewrites import specifiers but not URLs, so the extension is this file's own.

/** The URL of a module in this folder, by its name without extension. */
export function siblingModule(name: string): URL {
  const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js'
  return new URL(`./${name}.${extension}`, import.meta.url)
}
