// Loaded before the inspector's command line: it reads the manifest of the package that it is part of elsewhere, two folders up, which is
// not there when it is installed by itself.

import { registerHooks } from 'node:module'

registerHooks({
  resolve: (specifier, context, nextResolve) =>
    nextResolve(specifier === '../../package.json' ? '../package.json' : specifier, context),
})
