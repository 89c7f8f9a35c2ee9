/**
 * `jstorrent completion`: what makes a shell offer words on TAB. Decides what a shell is told; which words there are is found in
 * the program's own commands (completing.ts), so that no list of them has to be kept.
 */
import { EXIT, usageError, type ExitCode } from '../errors.ts';
import type { Output } from '../output.ts';

const BASH = `# bash completion of jstorrent: source <(jstorrent completion bash)
_jstorrent() {
  local IFS=$'\\n' line words=()
  COMPREPLY=()
  while IFS= read -r line; do
    case $line in
      :files) compopt -o default 2>/dev/null; words+=($(compgen -f -- "\${COMP_WORDS[COMP_CWORD]}")) ;;
      :folders) compopt -o dirnames 2>/dev/null; words+=($(compgen -d -- "\${COMP_WORDS[COMP_CWORD]}")) ;;
      *) words+=("\${line%%$'\\t'*}") ;;
    esac
  done < <(jstorrent __complete -- "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
  local word
  for word in "\${words[@]}"; do COMPREPLY+=("$(printf %q "$word")"); done
}
complete -F _jstorrent jstorrent
`;

const ZSH = `#compdef jstorrent
# zsh completion of jstorrent: source <(jstorrent completion zsh)
_jstorrent() {
  local line
  local -a found
  while IFS= read -r line; do
    case $line in
      :files) _files ;;
      :folders) _files -/ ;;
      *) found+=("\${\${line%%$'\\t'*}//:/\\\\:}:\${line#*$'\\t'}") ;;
    esac
  done < <(jstorrent __complete -- "\${(@)words[2,CURRENT]}" 2>/dev/null)
  (( \${#found} )) && _describe -V jstorrent found
}
compdef _jstorrent jstorrent
`;

const FISH = `# fish completion of jstorrent: jstorrent completion fish | source
function __jstorrent_complete
  set -l words (commandline -opc) (commandline -ct)
  for line in (jstorrent __complete -- $words[2..-1] 2>/dev/null)
    switch $line
      case ':files'
        __fish_complete_path (commandline -ct)
      case ':folders'
        __fish_complete_directories (commandline -ct)
      case '*'
        echo $line
    end
  end
end
complete -c jstorrent -f -a '(__jstorrent_complete)'
`;

const SCRIPTS: Readonly<Record<string, string>> = { bash: BASH, zsh: ZSH, fish: FISH };

/** Print what a shell has to read. */
export function runCompletion(shell: string, output: Output): ExitCode {
  const script = SCRIPTS[shell];
  if (script === undefined) throw usageError(`a shell is ${Object.keys(SCRIPTS).join(', ')}, not "${shell}"`);
  output.line(script.trimEnd());
  output.event({ shell, script });
  return EXIT.done;
}
