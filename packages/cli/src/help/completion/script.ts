import { SHELLS, type Shell } from "../../arguments/commands.js";
import { suggest } from "../../arguments/did-you-mean.js";
import { quote, usageError } from "../../arguments/usage-error.js";
import { bashScript } from "./bash.js";
import { fishScript } from "./fish.js";
import type { Grammar } from "./grammar.js";
import { zshScript } from "./zsh.js";

/** The completion scripts of shells. */
export const SCRIPTS: Readonly<Record<Shell, (grammar: Grammar) => string>> = {
  bash: bashScript,
  zsh: zshScript,
  fish: fishScript,
};

/**
 * Reads which shell completion is asked for.
 *
 * @throws NsGraphError `USAGE` for any other.
 */
export function readShell(operands: readonly string[]): Shell {
  const hint = `ns-graph completion ${SHELLS.join(" | ")}`;
  const [word, ...more] = operands;
  if (word === undefined || more.length > 0) throw usageError("completion takes the name of one shell", hint);
  const shell = SHELLS.find((name) => name === word);
  if (shell === undefined)
    throw usageError(`there is no completion for ${quote(word)}.${suggest(word, SHELLS, quote)}`, hint);
  return shell;
}
