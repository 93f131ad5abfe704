// What each shell is told once: whom to ask for completions, and what to do with the answer. The first line of an answer is `words` or
// `file`; each other one is a candidate, in the form in which that shell takes it.

/** Shells that can be completed for. */
export const SHELLS = ['bash', 'zsh', 'fish'] as const

export type Shell = (typeof SHELLS)[number]

/** The script, to be sourced. Also for bash 3.2, which macOS has. */
export const SCRIPTS: Readonly<Record<Shell, string>> = {
  bash: `# Completion of egregore for bash. In ~/.bashrc: eval "$(egregore completion bash)"
_egregore_complete() {
  local line kind=
  COMPREPLY=()
  while IFS= read -r line; do
    if [ -z "$kind" ]; then kind=$line; else COMPREPLY+=("$line"); fi
  done < <(egregore complete bash -- "\${COMP_LINE:0:COMP_POINT}" "$COMP_WORDBREAKS" 2>/dev/null)
  # Without candidates bash completes file names, by -o default; where none is expected it must not.
  if [ "$kind" = words ] && type compopt >/dev/null 2>&1; then compopt +o default; fi
}
complete -o default -F _egregore_complete egregore
`,
  zsh: `#compdef egregore
# Completion of egregore for zsh. In ~/.zshrc, behind compinit: eval "$(egregore completion zsh)"
_egregore() {
  local -a answer candidates
  answer=("\${(@f)$(egregore complete zsh -- "\${(@Q)words[2,CURRENT-1]}" "\${(Q)PREFIX}" 2>/dev/null)}")
  if [[ $answer[1] == file ]]; then
    _files
  else
    candidates=("\${(@)answer[2,-1]}")
    _describe -t values egregore candidates
  fi
}
if [[ $zsh_eval_context[-1] == loadautofunc ]]; then _egregore "$@"; else compdef _egregore egregore; fi
`,
  fish: `# Completion of egregore for fish. In ~/.config/fish/config.fish: egregore completion fish | source
function __egregore_complete
    set -l words (commandline -opc)
    set -l current (commandline -ct)
    set -l answer (egregore complete fish -- $words[2..-1] "$current" 2>/dev/null)
    if test "$answer[1]" = file
        __fish_complete_path "$current"
    else
        printf '%s\\n' $answer[2..-1]
    end
end
complete -c egregore -f -a '(__egregore_complete)'
`,
}
