import { NsGraphError } from "@ns-graph/graph";
import { suggest } from "./did-you-mean.js";
import { SHELLS, type Shell } from "./options.js";
import { quote } from "./parse-arguments.js";

/** Reads the shell that completion is asked for. */
export function readShell(operands: readonly string[]): Shell {
  const [word, ...more] = operands;
  const hint = `ns-graph completion ${SHELLS.join(" | ")}`;
  if (word === undefined || more.length > 0) throw new NsGraphError("USAGE", "completion takes one shell", { hint });
  const shell = SHELLS.find((name) => name === word);
  if (shell !== undefined) return shell;
  throw new NsGraphError("USAGE", `there is no completion for ${quote(word)}.${suggest(word, SHELLS, quote)}`, {
    hint,
  });
}

/** The completion script of a shell. */
export function completionScript(_shell: Shell, _formats: readonly string[]): string {
  return "";
}
