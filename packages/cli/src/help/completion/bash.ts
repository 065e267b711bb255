import { NAMESPACE_TYPES, quoteForShell } from "@ns-graph/graph";
import { type CommandDescription, SHELLS } from "../../arguments/commands.js";
import type { OptionValue } from "../../arguments/options.js";
import { type Grammar, type NamedOption, spellingsOf } from "./grammar.js";
import { hiddenInBrackets } from "./hidden-characters.js";
import { CGROUP_FOLDERS, CGROUP_ROOTS, ID_PREFIXES, NAME_FRAMES } from "./workload-cgroups.js";

/**
 * The completion script of bash, which needs nothing but bash 4.4.
 *
 * Names are not left to bash to be split or quoted: `compgen -W` expands its words, and with `-o filenames` a `$` stays
 * unquoted in what is no file, such as what two files begin with. So what was typed stays as it is, and the rest of a name
 * follows in quotes.
 */
export function bashScript({ options, commands, formats }: Grammar): string {
  return `# bash completion for ns-graph: source <(ns-graph completion bash)

# Takes a line apart as bash would, but runs nothing of it. Sets variables of the caller: words, all but the last word, as
# they are meant; typed and said, the last one as it stands there and as it is meant; quote, the one that is open at its
# end; start, where in typed the text begins that readline replaces. Fails where only running it would show what it says.
_ns_graph_read() {
    local rest=$1 part tail before=0 begun="" target=""
    words=() typed="" said="" quote="" start=0
    while [[ -n $rest ]]; do
        case $quote in
            "'") part=\${rest%%"'"*} ;;
            '"') part=\${rest%%[\\"\\\\\\$\\\`]*} ;;
            *) part=\${rest%%[[:space:]\\'\\"\\\\\\$\\\`\\<\\>]*} ;;
        esac
        if [[ -n $part ]]; then
            tail=\${part##*["\${COMP_WORDBREAKS:- }"]}
            if [[ -z $quote && $tail != "$part" ]]; then
                start=$((\${#typed} + \${#part} - \${#tail}))
                # Readline takes these for a part of the text.
                [[ \${part:\${#part}-\${#tail}-1:1} == [@$] ]] && start=$((start - 1))
            fi
            typed+=$part said+=$part begun=1 rest=\${rest:\${#part}}
            continue
        fi
        part=\${rest:0:1} rest=\${rest:1}
        if [[ $part == "$quote" ]]; then
            typed+=$part quote="" start=$before
        elif [[ $part == [\\'\\"] ]]; then
            typed+=$part quote=$part begun=1 before=$start start=\${#typed}
        elif [[ $part == \\\\ ]]; then
            # What it quotes may be still to come.
            [[ -n $rest ]] || break
            part=\${rest:0:1} rest=\${rest:1} begun=1
            typed+=\\\\$part
            [[ $quote == \\" && $part != [\\"\\\\\\$\\\`] ]] && said+=\\\\
            said+=$part
        elif [[ $part == \\$ && $rest =~ ^([A-Za-z_][A-Za-z0-9_]*|\\{[A-Za-z_][A-Za-z0-9_]*\\}) ]]; then
            part=\${BASH_REMATCH[1]} rest=\${rest:\${#BASH_REMATCH[1]}} begun=1
            typed+=\\$$part part=\${part#\\{} part=\${part%\\}}
            said+=\${!part-}
        elif [[ $part == [\\$\\\`] ]]; then
            return 1
        elif [[ $part == [\\<\\>] || -n $begun ]]; then
            [[ -z $begun || -n $target ]] || words+=("$said")
            target="" begun="" typed="" said="" start=0
            [[ $part == [[:space:]] ]] || target=1
        fi
    done
    [[ -z $target ]] || words+=(">")
}

# Offers what the arguments name: lists of names, which are functions below, and after "words" names themselves.
_ns_graph_offer() {
    mapfile -t COMPREPLY < <(_ns_graph_list "$@")
    [[ \${#COMPREPLY[@]} == 1 && \${COMPREPLY[0]} == */ ]] && compopt -o nospace 2> /dev/null
}

# Prints each name that begins with value as what stands for the text that readline replaces. Names that a terminal would
# not show as they are, are left out.
_ns_graph_list() {
    local names=() name rest hidden=${hiddenInBrackets()}
    set +fu
    unset GLOBIGNORE
    shopt -s nullglob dotglob globasciiranges
    shopt -u failglob nocaseglob nocasematch
    while (($# > 0)) && [[ $1 != words ]]; do
        "_ns_graph_$1"
        shift
    done
    names+=("\${@:2}")
    for name in "\${names[@]}"; do
        [[ $name == "$value"* ]] || continue
        rest=\${name:\${#value}}
        if [[ $name != *[!A-Za-z0-9_./-]* ]]; then
            printf '%s\\n' "\${typed:start}$rest"
            continue
        fi
        [[ $name != *[![:print:]]* && $name != *[$hidden]* ]] || continue
        case $quote in
            "'")
                rest=\${rest//"'"/"'\\\\''"}
                # Readline takes a quote at the end for the one that closes the word.
                rest=\${rest/%"''"/"'"}
                ;;
            '"')
                # Nothing but a quote of the other kind keeps this from the history.
                [[ $rest != *!* ]] || continue
                rest=\${rest//'\\'/'\\\\'} rest=\${rest//'$'/'\\$'} rest=\${rest//'\`'/'\\\`'} rest=\${rest//'"'/'\\"'}
                [[ $rest != *'"' ]] || rest=\${rest%'\\"'}'"\\"'
                ;;
            *) [[ -z $rest ]] || printf -v rest %q "$rest" ;;
        esac
        printf '%s\\n' "\${typed:start}$rest"
    done
}

_ns_graph_pids() {
    local found=(/proc/[0-9]*)
    names+=("\${found[@]#/proc/}")
}

# What begins with a dash would be taken for an option, here and below.
_ns_graph_networks() {
    local found=(/run/netns/[!-]*)
    names+=("\${found[@]#/run/netns/}")
}

# Units, containers and machines, by what their cgroups are called.
_ns_graph_workloads() {
    local root path name
    for root in ${CGROUP_ROOTS.join(" ")}; do
        for path in "$root"/{${CGROUP_FOLDERS.join(",")}}*/; do
            path=\${path%/} name=\${path##*/}
            # systemd's escapes are undone where such a name is shown.
            [[ $name != *\\\\* ]] || continue
            [[ $name != *.service ]] || _ns_graph_name "$name"
            case $name in
${NAME_FRAMES.map(([before, after]) => `                "${before}"*"${after}") name=\${name#"${before}"}; _ns_graph_name "\${name%"${after}"}" ;;`).join("\n")}
                ${ID_PREFIXES.map((prefix) => `${prefix}-*`).join("|")}) name=\${name%.scope} name=\${name##*-} ;;
            esac
            [[ \${#name} != 64 || $name == *[!0-9a-f]* ]] || _ns_graph_name "\${name:0:12}"
        done
    done
}

_ns_graph_name() {
    [[ $1 == -* ]] || names+=("$1")
}

_ns_graph_files() {
    local path=$value file name home
    if [[ $typed == "~/"* ]]; then
        path=$HOME\${value:1}
    elif [[ $typed == "~"*/* ]]; then
        while IFS=: read -r name _ _ _ _ home _; do
            [[ $value == "~$name/"* ]] && path=$home/\${value#*/}
        done < /etc/passwd
    fi
    for file in "$path"*; do
        [[ $file != -* ]] || continue
        [[ -d $file ]] && file+=/
        names+=("$value\${file:\${#path}}")
    done
}

_ns_graph_programs() {
    local IFS=: folders folder file seen=() other
    [[ $value != */* ]] || return
    set -f
    folders=($PATH)
    set +f
    for folder in "\${folders[@]}"; do
        for other in "\${seen[@]}"; do [[ $other -ef $folder ]] && continue 2; done
        seen+=("$folder")
        for file in "\${folder:-.}/$value"*; do
            [[ \${file##*/} != -* && -f $file && -x $file ]] && names+=("\${file##*/}")
        done
    done
}

# Offers all that can be asked for, and what the arguments name.
_ns_graph_subject() {
    if [[ $value == */* ]]; then _ns_graph_offer files; else _ns_graph_offer pids networks workloads "$@"; fi
}

# Offers one more of some words that commas separate.
_ns_graph_offer_more() {
    local begun="" word words=()
    [[ $value == *,* ]] && begun=\${value%,*},
    for word; do words+=("$begun$word"); done
    compopt -o nospace 2> /dev/null
    _ns_graph_offer words "\${words[@]}"
}

_ns_graph() {
    local words typed said quote start value previous at ended="" IFS=$' \\t\\n' line=\${COMP_LINE-}
    COMPREPLY=()
    if [[ -n $line ]]; then
        line=\${line:0:COMP_POINT}
    else
        # Called by something that knows the words alone, which are taken apart at "=".
        line="\${COMP_WORDS[*]:0:COMP_CWORD + 1}"
        line=\${line/%" ="/=} line=\${line//" = "/=}
    fi
    _ns_graph_read "$line" || return 0
    value=$said previous=\${words[\${#words[@]} - 1]}
    if [[ $said == --*=* ]]; then
        previous=\${said%%=*} value=\${said#*=}
    fi
${commands.map((command) => bashStarter(command, formats)).join("")}    case $previous in
${casesOf(options, formats).join("\n")}
        show) _ns_graph_subject; return ;;
        completion) _ns_graph_offer words ${quoteForShell(SHELLS)}; return ;;
        ">") _ns_graph_offer files; return ;;
    esac
    [[ $value == "$said" ]] || return 0
    if [[ $said == -* ]]; then
        _ns_graph_offer words ${quoteForShell(options.flatMap(spellingsOf))}
    elif ((\${#words[@]} == 1)); then
        _ns_graph_subject words ${quoteForShell(commands.map(({ name }) => name))}
    else
        _ns_graph_subject
    fi
}

complete -F _ns_graph ns-graph
`;
}

/** A command with options of its own starts another command: its options first, then that command and what it is given. */
function bashStarter({ name, options }: CommandDescription, formats: readonly string[]): string {
  if (options === undefined) return "";
  const own = Object.entries(options);
  const valued = own.filter(([, { type }]) => type !== "boolean").flatMap(spellingsOf);
  return `    if [[ \${words[1]-} == ${name} ]]; then
        for ((at = 2; at < \${#words[@]}; at++)); do
            case \${words[at]} in
                --) ended=1 at=$((at + 1)); break ;;
                ${valued.join("|")}) at=$((at + 1)) ;;
                -*) ;;
                *) break ;;
            esac
        done
        if ((at < \${#words[@]})); then
            _ns_graph_offer files
            return
        elif [[ -z $ended ]]; then
            case $previous in
${casesOf(own, formats).join("\n")}
            esac
            [[ $value == "$said" ]] || return 0
            if [[ $said == -* ]]; then
                _ns_graph_offer words ${quoteForShell(own.flatMap(spellingsOf))}
                return
            fi
        fi
        _ns_graph_offer programs files
        return
    fi
`;
}

function casesOf(options: readonly NamedOption[], formats: readonly string[]): readonly string[] {
  return options.flatMap((option) => {
    const action = bashAction(option[1], formats);
    return action === undefined ? [] : [`        ${spellingsOf(option).join("|")}) ${action}; return ;;`];
  });
}

function bashAction(option: OptionValue, formats: readonly string[]): string | undefined {
  switch (option.type) {
    case "boolean":
      return undefined;
    case "choice":
      return `_ns_graph_offer words ${quoteForShell(option.choices)}`;
    case "types":
      return `_ns_graph_offer_more ${quoteForShell(NAMESPACE_TYPES)}`;
    case "format":
      return `if [[ $value == *[./]* ]]; then _ns_graph_offer files; else _ns_graph_offer words ${quoteForShell(formats)}; fi`;
    case "file":
      return "_ns_graph_offer files";
    case "subject":
      return "_ns_graph_subject";
    default:
      return ":";
  }
}
