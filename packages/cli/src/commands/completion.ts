/**
 * `jstorrent completion`: what makes a shell offer words on TAB. Decides what a shell is told; which words there are is found in
 * the program's own commands (completing.ts), so that no list of them has to be kept.
 */
import { EXIT, usageError, type ExitCode } from '../errors.ts';
import type { Output } from '../output.ts';

const BASH = `# bash completion of jstorrent: source <(jstorrent completion bash)
_jstorrent() {
  local line tab=$'\\t' quote='' words=("\${COMP_WORDS[@]:1:COMP_CWORD}")
  case \${COMP_WORDS[COMP_CWORD]} in [\\"\\']*) quote=yes ;; esac
  words=("\${words[@]//[\\\\\\"\\']/}")
  COMPREPLY=()
  while IFS= read -r line; do
    case $line in
      :files) compopt -o default ;;
      :folders) compopt -o dirnames ;;
      *)
        line=\${line%%$tab*}
        [ -n "$quote" ] || printf -v line %q "$line"
        COMPREPLY+=("$line")
        ;;
    esac
  done < <("$1" __complete -- "\${words[@]}" 2>/dev/null)
}
complete -F _jstorrent jstorrent
`;

const ZSH = `#compdef jstorrent
# zsh completion of jstorrent: source <(jstorrent completion zsh)
_jstorrent() {
  local line word tab=$'\\t'
  local -a found
  while IFS= read -r line; do
    case $line in
      :files) _files ;;
      :folders) _files -/ ;;
      *)
        word=\${line%%$tab*}
        found+=("\${word//:/\\\\:}:\${line#*$tab}")
        ;;
    esac
  done < <("\${words[1]}" __complete -- "\${(@Q)words[2,CURRENT]}" 2>/dev/null)
  (( \${#found} )) && _describe jstorrent found
}
compdef _jstorrent jstorrent
`;

const FISH = `# fish completion of jstorrent: jstorrent completion fish | source
function __jstorrent_complete
  set -l before (commandline -opc)
  set -l current (commandline -ct)
  for line in ($before[1] __complete -- $before[2..-1] "$current" 2>/dev/null)
    switch $line
      case ':files'
        __fish_complete_path "$current"
      case ':folders'
        __fish_complete_directories "$current"
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
