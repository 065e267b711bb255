import { parseArgs } from "node:util";
import { interrupt, interrupted } from "./child.js";
import { type MatrixOptions, runMatrix, whyImpossible } from "./run-matrix.js";

/** Runs the matrix as a command line asks for it, and answers the exit code. */
export async function main(
  args: readonly string[],
  places: Pick<MatrixOptions, "root" | "guest" | "cache">,
  say: (line: string) => void,
): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      short: { type: "boolean", default: false },
      write: { type: "boolean", default: false },
      optional: { type: "boolean", default: false },
    },
  });
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    process.once(signal, () => void interrupt());
  }
  const impossible = whyImpossible();
  const { short, write, optional } = values;
  const result =
    impossible === undefined
      ? await runMatrix({ ...places, names: positionals, short, write, say })
      : { passed: 0, failed: 0, impossible };
  if (interrupted.aborted) return 1;
  if (result.impossible !== undefined) say(`Other kernels were NOT tried: ${result.impossible}`);
  say(`\n${result.passed} passed, ${result.failed} failed`);
  return result.failed > 0 || (result.impossible !== undefined && !optional) ? 1 : 0;
}
