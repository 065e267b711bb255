import { NAMESPACE_TYPES, quoteForShell } from "@ns-graph/graph";
import { SHELLS } from "../../arguments/commands.js";
import type { DescribedOption, OptionValue } from "../../arguments/options.js";
import type { Grammar } from "./grammar.js";
import { hiddenInBrackets } from "./hidden-characters.js";
import { CGROUP_FOLDERS, CGROUP_ROOTS, ID_PREFIXES, NAME_FRAMES } from "./workload-cgroups.js";

/**
 * The completion script of zsh, to be sourced or put into a directory of $fpath as _ns-graph. What _alternative and _arguments
 * are given as a list in parentheses they evaluate: names come from compadd, which takes them as they are.
 */
export function zshScript({ options, commands, formats }: Grammar): string {
  const specs = options.map(([name, option]) => `        ${optionSpec(name, option)} \\`);
  const starters = commands.flatMap(({ name, options: own }) => (own === undefined ? [] : [zshStarter(name, own)]));
  const described = commands.map(({ name, summary }) => quoteZsh(`${name}:${summary}`)).join(" ");
  return `#compdef ns-graph
# zsh completion for ns-graph: source <(ns-graph completion zsh)

# What begins with a dash would be taken for an option. Names that a terminal would not show as they are, are left out.
_ns-graph_networks() {
    local -a names
    names=(/run/netns/[^-]*(ND:t))
    names=(\${names:#*[^[:print:]]*})
    names=(\${names:#*[${hiddenInBrackets()}]*})
    compadd "$@" -a names
}

# Units, containers and machines, by what their cgroups are called; systemd's escapes are undone where such a name is shown.
_ns-graph_workloads() {
    local -a found names
    local name
    found=(${CGROUP_ROOTS.flatMap((root) => CGROUP_FOLDERS.map((folder) => `${root}/${folder}*(ND/:t)`)).join(" ")})
    found=(\${found:#*\\\\*})
    names=(\${(M)found:#*.service})
    for name in $found; do
        case $name in
${NAME_FRAMES.map(([before, after]) => `            ("${before}"*"${after}") name=\${name#"${before}"} name=\${name%"${after}"} names+=("$name") ;;`).join("\n")}
            (${ID_PREFIXES.map((prefix) => `${prefix}-*`).join("|")}) name=\${name%.scope} name=\${name##*-} ;;
        esac
        [[ \${#name} != 64 || $name == *[^0-9a-f]* ]] || names+=("\${name[1,12]}")
    done
    names=(\${names:#-*})
    names=(\${names:#*[^[:print:]]*})
    names=(\${names:#*[${hiddenInBrackets()}]*})
    compadd "$@" -a names
}

_ns-graph_named() {
    _alternative 'processes:PID:_pids' 'networks:named network namespace:_ns-graph_networks' \\
        'workloads:unit, container or machine:_ns-graph_workloads' "$@"
}

_ns-graph_subject() {
    _ns-graph_named 'files:path:_files'
}

_ns-graph_formats() {
    compadd "$@" - ${quoteForShell(formats)}
}

_ns-graph_format() {
    _alternative 'formats:format:_ns-graph_formats' 'files:module:_files'
}

_ns-graph_operand() {
    local -a commands
    commands=(${described})
    if ((CURRENT == 1)); then
        _describe -t commands command commands
        _ns-graph_named
    elif [[ $line[1] == show ]]; then
        _ns-graph_subject
    elif [[ $line[1] == completion ]]; then
        _values shell ${quoteForShell(SHELLS)}
    else
        _ns-graph_named
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
      return `(${quoteForShell(option.choices).replace(/[\\:]/g, "\\$&")})`;
    case "types":
      return `_values -s , type ${NAMESPACE_TYPES.join(" ")}`;
    case "format":
      return "_ns-graph_format";
    case "file":
      return "_files";
    case "subject":
      return "_ns-graph_named";
    default:
      return " ";
  }
}

function quoteZsh(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
