import { NAMESPACE_TYPES } from "@ns-graph/graph";
import { SHELLS } from "../commands.js";
import type { DescribedOption, OptionValue } from "../options.js";
import type { Grammar } from "./grammar.js";

/** The completion script of zsh, to be sourced or put into a directory of $fpath as _ns-graph. */
export function zshScript({ options, commands, formats }: Grammar): string {
  const specs = [...options].map(([name, option]) => `        ${optionSpec(name, option)} \\`);
  const starters = commands.flatMap(({ name, options: own }) => (own === undefined ? [] : [zshStarter(name, own)]));
  const described = commands.map(({ name, summary }) => quoteZsh(`${name}:${summary}`)).join(" ");
  return `#compdef ns-graph
# zsh completion for ns-graph: source <(ns-graph completion zsh)

_ns-graph_subject() {
    local -a names
    names=(/run/netns/*(N:t))
    _alternative 'processes:PID:_pids' "names:named network namespace:($names)" 'files:path:_files'
}

_ns-graph_format() {
    _alternative 'formats:format:(${formats.join(" ")})' 'files:module:_files'
}

_ns-graph_operand() {
    local -a commands
    commands=(${described})
    if ((CURRENT == 1)); then
        _describe -t commands command commands
        _pids
    elif [[ $line[1] == show ]]; then
        _ns-graph_subject
    elif [[ $line[1] == completion ]]; then
        _values shell ${SHELLS.join(" ")}
    else
        _pids
    fi
}

_ns-graph() {
    local curcontext=$curcontext state
    local -a line
${starters.join("")}    _arguments -C -s -S \\
${specs.join("\n")}
        '*:: :->operands'
    [[ $state == operands ]] && { line=($words); _ns-graph_operand }
}

if [[ $funcstack[1] == _ns-graph ]]; then
    _ns-graph "$@"
else
    compdef _ns-graph ns-graph
fi
`;
}

/** A command with options of its own starts another command: its options first, then that command with its own. */
function zshStarter(name: string, options: Readonly<Record<string, DescribedOption>>): string {
  const specs = Object.entries(options).map(([option, described]) => `            ${optionSpec(option, described)} \\`);
  return `    if ((CURRENT > 2)) && [[ $words[2] == ${name} ]]; then
        shift words
        ((CURRENT--))
        _arguments -s -S \\
${specs.join("\n")}
            '*:::command:_normal'
        return
    fi
`;
}

function optionSpec(name: string, option: DescribedOption): string {
  const explained = `[${option.summary.replace(/[[\]\\:]/g, "\\$&")}]`;
  const value = option.type === "boolean" ? "" : `:${option.placeholder}:${action(option)}`;
  const long = option.type === "boolean" ? `--${name}` : `--${name}=`;
  if (option.short === undefined) return quoteZsh(long + explained + value);
  const short = option.type === "boolean" ? `-${option.short}` : `-${option.short}+`;
  return `${quoteZsh(`(-${option.short} --${name})`)}{${short},${long}}${quoteZsh(explained + value)}`;
}

function action(option: OptionValue): string {
  switch (option.type) {
    case "choice":
      return `(${option.choices.join(" ")})`;
    case "types":
      return `_values -s , type ${NAMESPACE_TYPES.join(" ")}`;
    case "format":
      return "_ns-graph_format";
    case "file":
      return "_files";
    case "pid":
      return "_pids";
    default:
      return " ";
  }
}

function quoteZsh(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
