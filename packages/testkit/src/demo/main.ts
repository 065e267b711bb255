import { existsSync, mkdirSync, mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { namespaceName } from "@ns-graph/graph";
import { makeKeeper } from "../real/keeper.js";
import { run } from "../real/run-cli.js";
import { makeZoo } from "./zoo.js";

/** Where things are, and how the terminal is. */
export interface DemoPlaces {
  /** The built command. */
  readonly cli: string;
  /** What relative paths are relative to. */
  readonly cwd: string;
  /** Variables for the command: the width and the colours of the terminal. */
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** Pictures, by the format that draws them. */
const PICTURES = ["dot", "svg"];

/**
 * Makes a small zoo of namespaces, draws it as text and, as files, in the formats of pictures, and takes all of it away
 * again. The only argument is the folder for the files; without one a new folder is made. Answers the exit code.
 */
export async function main(
  args: readonly string[],
  { cli, cwd, env }: DemoPlaces,
  say: (text: string) => void,
): Promise<number> {
  if (process.platform !== "linux" || process.geteuid?.() !== 0) {
    say("The zoo is made of Linux namespaces, and only root may make them: sudo npm run demo\n");
    return 1;
  }
  const folder = args[0] === undefined ? mkdtempSync(join(tmpdir(), "ns-graph-demo-")) : resolve(cwd, args[0]);
  if (!existsSync(folder)) mkdirSync(folder);
  await using keeper = await makeKeeper();
  // The zoo is taken away also where somebody loses patience.
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const)
    process.once(signal, () => void keeper.stop().finally(() => process.exit(1)));
  let isDrawn = true;
  const draw = async (...options: string[]): Promise<boolean> => {
    const { exitCode, stdout, stderr } = await run([process.execPath, cli, ...options], { env });
    const isDone = exitCode === 0;
    if (!isDone) isDrawn = false;
    say(isDone ? stdout : stderr);
    return isDone;
  };

  say("A small zoo:\n");
  const exhibits = await makeZoo(keeper, (title, reason) => say(`\n  not made: ${title}\n    ${reason}\n`));
  for (const { title, namespaces } of exhibits) say(`\n  ${title}\n    ${namespaces.map(namespaceName).join(" ")}\n`);
  say("\n$ ns-graph\n");
  await draw();
  say("\n$ ns-graph --tree workload\n");
  await draw("--tree", "workload");
  say("\n");
  for (const format of PICTURES) {
    const file = join(folder, `namespaces.${format}`);
    if (await draw("--format", format, "--output", file)) say(`$ ns-graph --format ${format} --output ${file}\n`);
  }
  await keeper.stop();
  say("\nAll of the zoo is gone again.\n");
  return isDrawn && exhibits.length > 0 ? 0 : 1;
}
