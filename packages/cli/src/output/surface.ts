import type { Surface } from "@ns-graph/graph";
import type { Given } from "../arguments/parse-arguments.js";

type Environment = Readonly<Record<string, string | undefined>>;

/** Where the output goes, as far as its looks depend on it. */
export interface Target {
  readonly isTerminal: boolean;
  /** Width of the terminal in cells, where there is one. */
  readonly columns: number | undefined;
}

/** What a renderer may assume of the output: from the options, the environment and the terminal, in this order. */
export function describeSurface(given: Pick<Given, "color" | "no-color">, env: Environment, target: Target): Surface {
  return { color: wantsColor(given, env, target), columns: columns(env, target), unicode: isUnicode(env) };
}

function wantsColor(given: Pick<Given, "color" | "no-color">, env: Environment, target: Target): boolean {
  const when = given["no-color"] === true ? "never" : (given.color ?? "auto");
  if (when !== "auto") return when === "always";
  // https://no-color.org: set and not empty. FORCE_COLOR as Node's own tty module reads it.
  if (env.NO_COLOR) return false;
  const force = env.FORCE_COLOR;
  if (force !== undefined) return force !== "0" && force !== "false";
  if (env.TERM === "dumb" || env.CI) return false;
  return target.isTerminal;
}

function columns(env: Environment, target: Target): number | undefined {
  const text = env.COLUMNS;
  const wanted = text !== undefined && /^\d{1,5}$/.test(text) ? Number(text) : 0;
  return wanted > 0 ? wanted : target.columns;
}

/** As setlocale(3) has it: the first of the three that is set and not empty counts. */
function isUnicode(env: Environment): boolean {
  const locale = env.LC_ALL || env.LC_CTYPE || env.LANG || "";
  return /utf-?8/i.test(locale);
}
