import {
  chmodSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import {
  CLI_PATH,
  enterCommand,
  type Keeper,
  makeKeeper,
  type RealNamespace,
  requireNamespaces,
  requireProgram,
  run,
  runCli,
  type Skippable,
  startContained,
  waiting,
} from "@ns-graph/testkit";
import { checkDescriptors } from "@ns-graph/testkit/contract";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type CommandLine, commandLines, documents, publishedPackages, ROOT, readBlocks } from "./read-docs.js";

checkDescriptors();

const EXAMPLE = join(ROOT, "examples/ns-graph-render-csv");

/** What stands between backquotes and is no example, and what cannot be run here. */
const NOT_RUN: Readonly<Record<string, string>> = {
  "ns-graph show": "names the command, without what it is to show",
  "ns-graph run": "names the command, without what it is to run",
  "ns-graph --format csv": "needs the example installed beside the command, as example-renderer.kernel.test.ts has it",
};

/** What the examples name: processes, a network namespace with a name, a document, a module. */
interface Scene {
  readonly folder: string;
  readonly keeper: Keeper;
  /** The start of a command line that runs the rest of it where the name is. */
  readonly enter: readonly string[];
  readonly pids: readonly [number, number];
  readonly net: RealNamespace;
  /** What drawings call the first process and what belongs to it. */
  readonly workload: string;
}

let scene: Scene | undefined;
/** Why there is none. */
let failure: unknown;

beforeAll(async () => {
  try {
    scene = await setScene();
  } catch (error) {
    failure = error;
  }
});
afterAll(async () => {
  await scene?.keeper.stop();
  if (scene !== undefined) rmSync(scene.folder, { recursive: true });
});

async function setScene(): Promise<Scene> {
  const keeper = await makeKeeper();
  const script = [
    "mount -t tmpfs tmpfs /run; mkdir /run/netns; : >/run/netns/blue; unshare --net=/run/netns/blue true",
    // The user that a recipe makes is not one of this machine.
    "cp -a /etc /run/etc; mount --bind /run/etc /etc",
    ...readBlocks("docs/permissions.md").flatMap(({ text }) => /^useradd .*$/m.exec(text)?.[0] ?? []),
  ].join("\n");
  const named = await keeper.start(["unshare", "--mount", ...waiting(script)]);
  const box = await startContained(keeper, ["user", "net", "pid"]);
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "ns-graph-docs-")));
  chmodSync(folder, 0o755);
  cpSync(EXAMPLE, folder, { recursive: true, filter: (path) => basename(path) !== "node_modules" });
  cpSync(join(EXAMPLE, "index.js"), join(folder, "my-renderer.js"));
  mkdirSync(join(folder, "node_modules/@ns-graph"), { recursive: true });
  for (const path of publishedPackages()) {
    if (path !== join("packages", "cli"))
      symlinkSync(join(ROOT, path), join(folder, "node_modules/@ns-graph", basename(path)));
  }
  addPrograms(join(folder, "bin"));
  // nsenter(1) leaves the folder that it was started in.
  const enter = [...enterCommand(named.pid, ["mnt"]), "sh", "-c", 'cd "$0" && exec "$@"', folder];
  const saved = await runCli(["--format", "json", "-o", "host.json"], { through: enter });
  if (saved.exitCode !== 0) throw new Error(saved.stderr);
  const { workloads } = JSON.parse(readFileSync(join(folder, "host.json"), "utf8")) as {
    readonly workloads: readonly { readonly leader: number; readonly pids?: readonly number[] }[];
  };
  const leader = workloads.find(({ pids = [] }) => pids.includes(box.pid))?.leader ?? box.pid;
  return {
    folder,
    keeper,
    enter,
    pids: [box.pid, named.pid],
    net: box.namespaces.net as RealNamespace,
    workload: `${leader} ${readFileSync(`/proc/${leader}/comm`, "utf8").trim()}`,
  };
}

/** The built command under its name; and npx and sudo, which start what they are told to: here it is root that tests. */
function addPrograms(folder: string): void {
  mkdirSync(folder);
  const add = (name: string, script: string): void =>
    writeFileSync(join(folder, name), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  add("ns-graph", `exec '${process.execPath}' '${CLI_PATH}' "$@"`);
  for (const name of ["npx", "sudo"]) add(name, 'exec "$@"');
}

function requireScene(context: Skippable): Scene {
  requireNamespaces(context, "mnt", "net", "pid", "user");
  if (scene === undefined) throw new Error("what the examples name could not be made", { cause: failure });
  return scene;
}

/** A command line with what exists here in the place of what it names. */
function fill(command: string, { pids, net, workload }: Scene): string {
  return command
    .replace(/\b(web|nginx\.service)(?= |$)/g, `'${workload}'`)
    .replace(/\b4711\b|\bPID\b/g, String(pids[0]))
    .replace(/\b4712\b/g, String(pids[1]))
    .replace(/'?net:\[\d+\]'?/g, `'net:[${net.ino}]'`);
}

/** The shell that a command line is written for: completion scripts are read by the shell that they are for. */
function shellFor(command: string): string[] {
  if (command.includes("completion fish")) return ["fish", "--no-config", "-c", command];
  if (command.includes("completion zsh"))
    return ["zsh", "-f", "-c", `autoload -Uz compinit && compinit -D && ${command}`];
  // Whichever part of a pipe fails, the line has failed.
  return ["bash", "--norc", "-o", "pipefail", "-c", command];
}

function runLine(command: string, { folder, enter }: Scene) {
  const path = [join(folder, "bin"), dirname(process.execPath), process.env.PATH].join(":");
  return run(shellFor(command), { through: enter, env: { PATH: path, HOME: folder } });
}

const all = documents().flatMap(commandLines);
const distinct = [...new Map(all.map((line): [string, CommandLine] => [line.command, line])).values()];
const examples = distinct.filter(({ command }) => NOT_RUN[command] === undefined);

describe("the command line", () => {
  test.for(examples)("$command ($document:$line)", async ({ command }, context) => {
    const place = requireScene(context);
    const line = fill(command, place);
    for (const program of ["dot", "jq", "setpriv"]) {
      if (new RegExp(`(^|\\| )${program}\\b`).test(command)) requireProgram(context, program);
    }
    requireProgram(context, shellFor(line)[0] ?? "");
    const { exitCode, stderr, bytes } = await runLine(line, place);
    // Not even root may read everything on some machines, and then this status is what the documents promise.
    if (command.includes("--strict") && exitCode === 3) expect(stderr).toContain("could not be read");
    else expect({ exitCode, stderr: exitCode === 0 ? "" : stderr }).toEqual({ exitCode: 0, stderr: "" });
    if (!/completion| -o | > /.test(command)) expect(bytes.length + stderr.length).toBeGreaterThan(0);
  });

  test("that is not run is still in the documents", () => {
    expect(Object.keys(NOT_RUN).filter((command) => !all.some((line) => line.command === command))).toEqual([]);
  });
});

describe("the output", () => {
  const outputs = documents()
    .flatMap(readBlocks)
    .filter(({ mark }) => mark?.kind === "run");

  test("is shown somewhere", () => expect(outputs.length).toBeGreaterThan(0));

  test.for(outputs)("of $mark.text is what $document:$line shows", async ({ mark, text }, context) => {
    const { stdout, stderr, exitCode } = await runLine(mark?.text ?? "", requireScene(context));
    expect({ exitCode, stderr, stdout }).toEqual({ exitCode: 0, stderr: "", stdout: text });
  });
});

describe("the program", () => {
  const programs = documents().flatMap((document) => {
    const blocks = readBlocks(document);
    return blocks
      .map((block, at) => ({ ...block, next: blocks[at + 1] }))
      .filter(({ language, mark }) => mark === undefined && ["js", "mjs", "javascript"].includes(language));
  });

  test("is shown somewhere", () => expect(programs.length).toBeGreaterThan(0));

  test.for(programs)(
    "in $document:$line runs against the built packages",
    async ({ line, document, text, next }, context) => {
      const { folder, enter } = requireScene(context);
      const module = `program-${document.replaceAll(/\W/g, "-")}-${line}.mjs`;
      writeFileSync(join(folder, module), text);
      const { exitCode, stdout, stderr } = await run([process.execPath, module], { through: enter });
      expect({ exitCode, output: exitCode === 0 ? "" : stdout + stderr }).toEqual({ exitCode: 0, output: "" });
      if (next?.mark?.kind === "prints") expect(stdout).toBe(next.text);
      else expect(stdout).not.toBe("");
    },
  );
});
