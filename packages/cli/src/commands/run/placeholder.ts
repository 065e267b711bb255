import { basename } from "node:path";
import { restoreLevelForExec } from "./shell-level.js";

/** Descriptors that the placeholder starts with and the command does not get. */
export const PLACEHOLDER_DESCRIPTORS = {
  /** Where it reads that it may become the command. */
  go: 3,
  /** Where it says that it is there. */
  ready: 4,
  /** Standard error of the command; the placeholder's own is that of unshare(1), which is read. */
  stderr: 5,
} as const;

const { go, ready, stderr } = PLACEHOLDER_DESCRIPTORS;

/** What is written to `go`. */
export const GO = "go\n";

/*
 * Variables of a shell that the environment has already are exported, so the command would get what is assigned to
 * them here: everything but one name is kept in the parameters of functions. Nothing forks before the exec, which would
 * use up PIDs of a new PID namespace.
 *
 * What a shell says of a failed exec names the line of its script, so the usual reasons are found before. What is left,
 * such as an interpreter that does not exist, the shell says.
 */
const script = () => `
refuse() { printf 'ns-graph: %s: %s\\n' "$1" "$2" >&2; exit "$3"; }
# Whether the file $1 is no reason for exec to fail.
usable() { [ -f "$1" ] && [ -x "$1" ]; }
# Looks for the command $1 in the list of folders $2; $3 is the exit status if it is in none.
search() {
  if [ -z "$2" ]; then
    [ "$3" = 126 ] && refuse "$1" 'permission denied' 126
    refuse "$1" 'not found' 127
  fi
  set -- "$1" "\${2#*:}" "$3" "\${2%%:*}"
  if usable "\${4:-.}/$1"; then return; fi
  if [ -f "\${4:-.}/$1" ] || { [ -d "\${4:-.}" ] && [ ! -x "\${4:-.}" ]; }; then set -- "$1" "$2" 126; fi
  search "$1" "$2" "$3"
}
# Looks at the file $1; $2 is its folder, or the nearest one above that exists.
examine() {
  if [ -d "$1" ]; then refuse "$1" 'is a directory' 126; fi
  if [ -e "$1" ] && [ ! -x "$1" ]; then refuse "$1" 'permission denied' 126; fi
  if [ -e "$1" ]; then return; fi
  if [ -e "\${2:-/}" ]; then
    if [ ! -d "\${2:-/}" ]; then refuse "$1" 'not a directory' 126; fi
    if [ -x "\${2:-/}" ]; then refuse "$1" 'not found' 127; fi
    return
  fi
  case $2 in
    */*) examine "$1" "\${2%/*}" ;;
    *) examine "$1" . ;;
  esac
}
check() {
  case $1 in
    '') refuse "''" 'not found' 127 ;;
    */*) examine "$1" "\${1%/*}" ;;
    *) [ -z "\${PATH-}" ] || search "$1" "$PATH:" 127 ;;
  esac
}
exec 2>&${stderr} ${stderr}>&-
{ printf %s "$1" >/proc/self/comm; } 2>/dev/null
shift
echo >&${ready}
exec ${ready}>&-
read -r NS_GRAPH_WORD <&${go} && [ "$NS_GRAPH_WORD" = go ] || exit 125
unset NS_GRAPH_WORD
exec ${go}<&-
check "$1"
${restoreLevelForExec()}
exec "$@"
`;

/**
 * The command line of what stands where the command will be, in its namespaces and with its PID, until it is let go on:
 * then it becomes the command. It is called as the command already. Where nobody lets it go on any more, it ends.
 */
export function placeholder(command: readonly string[]): readonly string[] {
  return ["sh", "-c", script(), "ns-graph", basename(command[0] ?? ""), ...command];
}
