#!/usr/bin/env node
const [major, minor] = process.versions.node.split('.').map(Number)
if (major < 22 || (major === 22 && minor < 18)) {
  process.stderr.write(
    `egregore needs Node 22.18 or newer, and this is Node ${process.versions.node}. ` +
      'In a clone of the repository, "npm ci && npm start" brings its own.\n',
  )
  process.exitCode = 1
} else {
  // Only now, because an older Node could not even read what follows.
  const { enableCompileCache } = await import('node:module')
  const { availableParallelism, tmpdir } = await import('node:os')
  // Before anything uses the pool. It checks signatures: more threads than cores only take time from the main thread.
  process.env.UV_THREADPOOL_SIZE ??= String(Math.max(2, availableParallelism()))
  // Where Node keeps it by default; said in the environment, because workers look for it only there.
  process.env.NODE_COMPILE_CACHE ??= `${tmpdir()}/node-compile-cache`
  enableCompileCache()
  const { main } = await import('./main.ts')
  await main(process.argv)
}
