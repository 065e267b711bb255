import { NAMESPACE_TYPES } from "@ns-graph/graph";
import { SHELLS } from "../commands.js";
import type { DescribedOption, OptionValue } from "../options.js";
import type { Grammar } from "./grammar.js";

/** The completion script of fish. */
export function fishScript({ options, commands, formats }: Grammar): string {
  const words = commands.map(({ name }) => name).join(" ");
  const lines = [
    "# fish completion for ns-graph: ns-graph completion fish | source",
    "complete -c ns-graph -f",
    ...commands.map(
      ({ name, summary }) => `complete -c ns-graph -n __fish_use_subcommand -a ${name} -d ${quoteFish(summary)}`,
    ),
    `complete -c ns-graph -n "not __fish_seen_subcommand_from ${words}" -a "(__fish_complete_pids)"`,
    'complete -c ns-graph -n "__fish_seen_subcommand_from show" -F -a "(__fish_complete_pids; command ls /run/netns 2>/dev/null)"',
    `complete -c ns-graph -n "__fish_seen_subcommand_from completion" -a "${SHELLS.join(" ")}"`,
  ];
  const starters = commands.filter((command) => command.options !== undefined);
  const none = `not __fish_seen_subcommand_from ${starters.map(({ name }) => name).join(" ")}`;
  for (const [name, option] of options) lines.push(fishOption(none, name, option, formats));
  for (const { name: command, options: own = {} } of starters) {
    const condition = `__fish_seen_subcommand_from ${command}`;
    lines.push(`complete -c ns-graph -n "${condition}" -a "(__fish_complete_command)"`);
    for (const [name, option] of Object.entries(own)) lines.push(fishOption(condition, name, option, formats));
  }
  return `${lines.join("\n")}\n`;
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
      return ` -x -a "${option.choices.join(" ")}"`;
    case "types":
      return ` -x -a "(__fish_complete_list , 'string split \\" \\" \\"${NAMESPACE_TYPES.join(" ")}\\"')"`;
    case "format":
      return ` -r -F -a "${formats.join(" ")}"`;
    case "file":
      return " -r -F";
    case "pid":
      return ' -x -a "(__fish_complete_pids)"';
    default:
      return " -x";
  }
}

function quoteFish(text: string): string {
  return `'${text.replace(/[\\']/g, "\\$&")}'`;
}
