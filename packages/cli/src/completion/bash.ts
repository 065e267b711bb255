import { NAMESPACE_TYPES } from "@ns-graph/graph";
import type { CommandDescription } from "../commands.js";
import { SHELLS } from "../commands.js";
import type { DescribedOption, OptionValue } from "../options.js";
import type { Grammar } from "./grammar.js";

/** The completion script of bash, which needs nothing but bash 4. */
export function bashScript({ options, commands, formats }: Grammar): string {
  const cases = casesOf(options, formats);
  return `# bash completion for ns-graph: source <(ns-graph completion bash)

_ns_graph_words() { mapfile -t COMPREPLY < <(compgen -W "$1" -- "$cur"); }
_ns_graph_files() { compopt -o filenames 2> /dev/null; mapfile -t COMPREPLY < <(compgen -f -- "$cur"); }
_ns_graph_pids() { _ns_graph_words "$(cd /proc 2> /dev/null && printf '%s ' [0-9]*) $1"; }
_ns_graph_list() {
    local begun=""
    [[ $cur == *,* ]] && begun=\${cur%,*},
    compopt -o nospace 2> /dev/null
    mapfile -t COMPREPLY < <(compgen -P "$begun" -W "$1" -- "\${cur##*,}")
}

_ns_graph() {
    local cur=\${COMP_WORDS[COMP_CWORD]} prev=\${COMP_WORDS[COMP_CWORD - 1]}
    if [[ $cur == = ]]; then
        cur=""
    elif [[ $prev == = ]]; then
        prev=\${COMP_WORDS[COMP_CWORD - 2]}
    fi
    COMPREPLY=()
${commands.map((command) => bashStarter(command, formats)).join("")}    case $prev in
${cases.join("\n")}
        show) _ns_graph_pids "$(ls /run/netns 2> /dev/null)"; return ;;
        completion) _ns_graph_words "${SHELLS.join(" ")}"; return ;;
    esac
    if [[ $cur == -* ]]; then
        _ns_graph_words "${spellingsOf(options)}"
    elif ((COMP_CWORD == 1)); then
        _ns_graph_pids "${commands.map(({ name }) => name).join(" ")}"
    else
        _ns_graph_pids ""
    fi
}

complete -F _ns_graph ns-graph
`;
}

/** A command with options of its own starts another command: its options first, then names of commands and of files. */
function bashStarter({ name, options }: CommandDescription, formats: readonly string[]): string {
  if (options === undefined) return "";
  const own = new Map(Object.entries(options));
  return `    if [[ \${COMP_WORDS[1]} == ${name} ]] && ((COMP_CWORD > 1)); then
        case $prev in
${casesOf(own, formats).join("\n")}
        esac
        if [[ $cur == -* ]]; then
            _ns_graph_words "${spellingsOf(own)}"
        else
            mapfile -t COMPREPLY < <(compgen -c -f -- "$cur" | sort -u)
        fi
        return
    fi
`;
}

function spellingsOf(options: ReadonlyMap<string, DescribedOption>): string {
  return [...options]
    .flatMap(([name, { short }]) => (short === undefined ? [`--${name}`] : [`-${short}`, `--${name}`]))
    .join(" ");
}

function casesOf(options: ReadonlyMap<string, DescribedOption>, formats: readonly string[]): readonly string[] {
  return [...options].flatMap(([name, option]) => {
    const action = bashAction(option, formats);
    const pattern = option.short === undefined ? `--${name}` : `-${option.short}|--${name}`;
    return action === undefined ? [] : [`        ${pattern}) ${action}; return ;;`];
  });
}

function bashAction(option: OptionValue, formats: readonly string[]): string | undefined {
  switch (option.type) {
    case "boolean":
      return undefined;
    case "choice":
      return `_ns_graph_words "${option.choices.join(" ")}"`;
    case "types":
      return `_ns_graph_list "${NAMESPACE_TYPES.join(" ")}"`;
    case "format":
      return `if [[ $cur == *[./]* ]]; then _ns_graph_files; else _ns_graph_words "${formats.join(" ")}"; fi`;
    case "file":
      return "_ns_graph_files";
    case "pid":
      return "_ns_graph_pids";
    default:
      return ":";
  }
}
