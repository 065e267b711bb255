import { NAMESPACE_TYPES } from "@ns-graph/graph";
import { SHELLS } from "../commands.js";
import type { OptionValue } from "../options.js";
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
  for (const [name, option] of options) {
    const short = option.short === undefined ? "" : ` -s ${option.short}`;
    lines.push(`complete -c ns-graph${short} -l ${name}${fishAction(option, formats)} -d ${quoteFish(option.summary)}`);
  }
  return `${lines.join("\n")}\n`;
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
