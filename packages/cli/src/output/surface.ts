import type { Surface } from "@ns-graph/graph";
import type { TargetRequest } from "../arguments/request.js";

type Environment = Readonly<Record<string, string | undefined>>;

/** The terminal that the output goes to, or that it goes to none. */
export interface Terminal {
  readonly isTerminal: boolean;
  /** Width of the terminal in cells, where there is one. */
  readonly columns: number | undefined;
}

/** What a file or a pipe is. */
export const NO_TERMINAL: Terminal = { isTerminal: false, columns: undefined };

/** What a renderer may assume of the output: from the options, the environment and the terminal, in this order. */
export function describeSurface(
  { color: when, isWide }: Pick<TargetRequest, "color" | "isWide">,
  env: Environment,
  terminal: Terminal,
): Surface {
  const width = isWide ? { columns: undefined, wide: true } : { columns: columns(env, terminal) };
  return { color: wantsColor(when, env, terminal), ...width, unicode: isUnicode(env) };
}

function wantsColor(when: TargetRequest["color"], env: Environment, { isTerminal }: Terminal): boolean {
  if (when !== "auto") return when === "always";
  // https://no-color.org: set and not empty. FORCE_COLOR as Node's own tty module reads it.
  if (env.NO_COLOR) return false;
  const force = env.FORCE_COLOR;
  if (force !== undefined) return force !== "0" && force !== "false";
  if (env.TERM === "dumb" || env.CI) return false;
  return isTerminal;
}

function columns(env: Environment, terminal: Terminal): number | undefined {
  const text = env.COLUMNS;
  const wanted = text !== undefined && /^\d{1,5}$/.test(text) ? Number(text) : 0;
  return wanted > 0 ? wanted : terminal.columns;
}

/** As setlocale(3) has it: the first of the three that is set and not empty counts. */
function isUnicode(env: Environment): boolean {
  const locale = env.LC_ALL || env.LC_CTYPE || env.LANG || "";
  return /utf-?8/i.test(locale);
}
