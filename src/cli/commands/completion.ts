// egregore completion: a script that makes a shell complete verbs, options and what the node knows. The script asks `egregore complete`.

import { Argument, Command } from 'commander'
import { complete } from '../completion/complete.ts'
import { HIDDEN } from '../completion/expected.ts'
import { SCRIPTS, SHELLS } from '../completion/shells.ts'
import { print } from '../output.ts'
import type { BuildProgram } from '../completion/complete.ts'
import type { Shell } from '../completion/shells.ts'

const EXAMPLES = `
Examples:
  $ echo 'eval "$(egregore completion bash)"' >> ~/.bashrc
  $ echo 'eval "$(egregore completion zsh)"' >> ~/.zshrc
  $ egregore completion fish > ~/.config/fish/completions/egregore.fish`

export function completionCommand(): Command {
  return new Command('completion')
    .description('a script that makes a shell complete verbs, options, and what the node knows')
    .addArgument(new Argument('<shell>', 'which one').choices(SHELLS))
    .addHelpText('after', EXAMPLES)
    .action((shell: Shell) => void process.stdout.write(SCRIPTS[shell]))
}

/** What such a script asks, at each press of the key. */
export function completeCommand(buildProgram: BuildProgram): Command {
  return new Command(HIDDEN)
    .addArgument(new Argument('<shell>').choices(SHELLS))
    .argument('[words...]')
    .action(async (shell: Shell, words: string[]) => {
      for (const line of await complete(buildProgram, shell, words).catch(() => ['words'])) print(line)
    })
}
