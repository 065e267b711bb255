import { NAMESPACE_TYPES } from "@ns-graph/graph";
import { SHELLS } from "../../arguments/commands.js";
import type { DescribedOption, OptionValue } from "../../arguments/options.js";
import { type Grammar, spellingsOf } from "./grammar.js";
import { CGROUP_FOLDERS, CGROUP_ROOTS, ID_PREFIXES, NAME_FRAMES } from "./workload-cgroups.js";

/**
 * The completion script of fish, which quotes whatever it inserts. What a function prints for it are lines, and a tab ends the
 * name: so names that hold one or the other are no candidates, nor are others that a terminal would not show as they are.
 */
export function fishScript({ options, commands, formats }: Grammar): string {
  const words = commands.map(({ name }) => name).join(" ");
  const lines = [
    "# fish completion for ns-graph: ns-graph completion fish | source",
    LISTS,
    "complete -c ns-graph -f",
    ...commands.map(
      ({ name, summary }) => `complete -c ns-graph -n __fish_use_subcommand -a ${name} -d ${quoteFish(summary)}`,
    ),
    `complete -c ns-graph -n "not __fish_seen_subcommand_from ${words}" -a "(__ns_graph_subjects)"`,
    'complete -c ns-graph -n "__fish_seen_subcommand_from show" -F -a "(__ns_graph_subjects)"',
    `complete -c ns-graph -n "__fish_seen_subcommand_from completion" -a ${listFish(SHELLS)}`,
  ];
  const starters = commands.filter((command) => command.options !== undefined);
  const none = `not __fish_seen_subcommand_from ${starters.map(({ name }) => name).join(" ")}`;
  for (const [name, option] of options) lines.push(fishOption(none, name, option, formats));
  for (const { name: command, options: own = {} } of starters) {
    const condition = `__fish_seen_subcommand_from ${command}`;
    const options = Object.entries(own);
    const valued = options.filter(([, { type }]) => type !== "boolean").flatMap(spellingsOf);
    const before = `${condition}; and __ns_graph_is_before_program ${command} ${valued.join(" ")}`;
    lines.push(`complete -c ns-graph -n "${condition}" -F`);
    lines.push(`complete -c ns-graph -n "${before}" -a "(__ns_graph_programs)"`);
    for (const [name, option] of options) lines.push(fishOption(before, name, option, formats));
  }
  return `${lines.join("\n")}\n`;
}

const LISTS = `
# Prints what follows a folder in those paths that can be offered. What begins with a dash would be taken for an option.
function __ns_graph_names -a folder
    set -q argv[2]
    and string match -r '^\\Q'$folder'/\\E\\K(?!-)[^\\p{C}\\p{Zl}\\p{Zp}]+\\z' -- $argv[2..-1]
end

function __ns_graph_networks
    set -l found /run/netns/*
    __ns_graph_names /run/netns $found
end

# Units, containers and machines, by what their cgroups are called; systemd's escapes are undone where such a name is shown.
function __ns_graph_workloads
    set -l found ${CGROUP_ROOTS.flatMap((root) => CGROUP_FOLDERS.map((folder) => `${root}/${folder}*/`)).join(" ")}
    set -l name '(?!-)[^\\p{C}\\p{Zl}\\p{Zp}/\\\\\\\\]+'
    string replace -rf '^.*/('$name'\\.service)/\\z' '$1' -- $found
${NAME_FRAMES.map(([before, after]) => `    string replace -rf '^.*/${escapePattern(before)}('$name')${escapePattern(after)}/\\z' '$1' -- $found`).join("\n")}
    string replace -rf '^.*/(?:(?:${ID_PREFIXES.join("|")})-)?([0-9a-f]{12})[0-9a-f]{52}(?:\\.scope)?/\\z' '$1' -- $found
end

function __ns_graph_subjects
    __fish_complete_pids
    __ns_graph_networks
    __ns_graph_workloads
end

# Whether the program that a command starts is still to be named: the name of the command, and its options that take a value.
function __ns_graph_is_before_program -a command
    set -l words (commandline -poc)
    set -l at (contains -i -- $command $words)
    or return
    while set at (math $at + 1); and set -q words[$at]
        if contains -- $words[$at] $argv[2..-1]
            set at (math $at + 1)
        else if test "$words[$at]" = --
            not set -q words[(math $at + 1)]
            return
        else if not string match -q -- '-*' $words[$at]
            return 1
        end
    end
end

function __ns_graph_programs
    set -l begun (string match -r '^[\\w.+-]*' -- (commandline -ct))
    for folder in $PATH
        set -l found
        for path in $folder/$begun*
            test -f $path -a -x $path
            and set -a found $path
        end
        __ns_graph_names $folder $found
    end
end
`;

function escapePattern(text: string): string {
  return text.replace(/[.]/g, "\\\\$&");
}

function fishOption(condition: string, name: string, option: DescribedOption, formats: readonly string[]): string {
  const short = option.short === undefined ? "" : ` -s ${option.short}`;
  const action = fishAction(option, formats);
  return `complete -c ns-graph -n "${condition}"${short} -l ${name}${action} -d ${quoteFish(option.summary)}`;
}

function fishAction(option: OptionValue, formats: readonly string[]): string {
  switch (option.type) {
    case "boolean":
      return "";
    case "choice":
      return ` -x -a ${listFish(option.choices)}`;
    case "types":
      return ` -x -a "(__fish_complete_list , 'string split \\" \\" \\"${NAMESPACE_TYPES.join(" ")}\\"')"`;
    case "format":
      return ` -r -F -a ${listFish(formats)}`;
    case "file":
      return " -r -F";
    case "subject":
      return ' -x -a "(__ns_graph_subjects)"';
    default:
      return " -x";
  }
}

function quoteFish(text: string): string {
  return `'${text.replace(/[\\']/g, "\\$&")}'`;
}

/** Words as fish reads them twice: as a part of the script, and as the list that they are there. */
function listFish(words: readonly string[]): string {
  return quoteFish(words.map(quoteFish).join(" "));
}
