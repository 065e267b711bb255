import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { basename, join } from "node:path";
import { findProgram, type Ran, requireProgram, requireRoot, run, type Skippable } from "@ns-graph/testkit";
import { checkDescriptors } from "@ns-graph/testkit/contract";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ROOT } from "./read-docs.js";

checkDescriptors();

const EXAMPLE = join(ROOT, "examples/ns-graph-render-csv");
const TSC = join(ROOT, "node_modules/typescript/bin/tsc");
/** Long enough for a loaded machine to pack and install. */
const INSTALL_TIME = 300_000;

/** A folder of somebody who has installed what is published, and the example with it; and one of its author. */
interface Place {
  /** Where the packages are installed. */
  readonly user: string;
  /** A copy of the example, below it. */
  readonly author: string;
}

let root: string | undefined;
let place: Place | undefined;
/** Why nothing was installed. */
let failure: string | undefined;

beforeAll(async () => {
  if (findProgram("npm") === undefined) return;
  root = realpathSync(mkdtempSync(join(homedir(), ".ns-graph-example-")));
  try {
    place = await installAll(root);
  } catch (error) {
    failure = String(error);
  }
}, INSTALL_TIME);
afterAll(() => {
  if (root !== undefined) rmSync(root, { recursive: true });
});

/** Packs what is published and koffi as it is installed here, and installs all of it without a network. */
async function installAll(folder: string): Promise<Place> {
  const [tarballs, user] = [join(folder, "tarballs"), join(folder, "user")];
  const author = join(user, "author");
  for (const made of [tarballs, user]) mkdirSync(made);
  cpSync(EXAMPLE, author, { recursive: true, filter: (path) => basename(path) !== "node_modules" });

  const koffi = realpathSync(join(ROOT, "packages/cli/node_modules/koffi"));
  const binaries = join(koffi, "../@koromix", `koffi-${process.platform}-${process.arch}`);
  const packages = ["graph", "renderer-testing", "cli"].map((name) => join(ROOT, "packages", name));
  const sources = [...packages, koffi, ...(existsSync(binaries) ? [realpathSync(binaries)] : []), author];
  await npm(["pack", ...sources, "--pack-destination", tarballs, "--ignore-scripts"], folder);
  writeFileSync(join(user, "package.json"), JSON.stringify({ private: true }));
  const { stdout } = await run(["sh", "-c", 'printf "%s\\n" "$1"/*.tgz', "sh", tarballs]);
  await npm(
    ["install", "--offline", "--ignore-scripts", "--no-audit", "--no-fund", ...stdout.trim().split("\n")],
    user,
  );
  return { user, author };
}

/** Runs npm with a cache of its own: what is in somebody's own would make the result depend on it. */
async function npm(args: readonly string[], cwd: string): Promise<void> {
  const env = { HOME: homedir(), npm_config_cache: join(cwd, "npm-cache") };
  const { exitCode, stderr } = await run(["npm", ...args, "--loglevel=error"], { cwd, env, timeout: INSTALL_TIME });
  if (exitCode !== 0) throw new Error(`npm ${args[0]}: ${stderr}`);
}

function requirePlace(context: Skippable): Place {
  requireProgram(context, "npm");
  if (place === undefined) throw new Error(`nothing was installed: ${failure}`);
  return place;
}

describe("for who installs the example beside the command", () => {
  const nsGraph = ({ user }: Place, ...args: string[]): Promise<Ran> =>
    run(["npx", "--offline", "ns-graph", ...args], { cwd: user, env: { HOME: homedir() } });

  test("--format csv draws this machine", async (context) => {
    requireRoot(context);
    const { stdout, stderr, exitCode } = await nsGraph(
      requirePlace(context),
      "--format",
      "csv",
      "--namespaces",
      "user",
    );
    expect(exitCode, stderr).toBe(0);
    const [header, first] = stdout.split("\n");
    expect(header).toBe("type,inode,owner,parent,processes,commands,held by");
    expect(first).toMatch(/^user,\d+,/);
  });

  test("--list-formats has it, and says where it comes from and what its options are", async (context) => {
    const { stdout, exitCode } = await nsGraph(requirePlace(context), "--list-formats");
    expect(exitCode).toBe(0);
    expect(stdout).toContain("csv  A table with a line for each namespace. (ns-graph-render-csv)");
    expect(stdout).toMatch(/^ +--separator CHARACTER +What stands between two fields/m);
    expect(stdout).toMatch(/^ +--\[no-\]header +Begin with the names/m);
  });

  test("--help shows its options", async (context) => {
    const { stdout } = await nsGraph(requirePlace(context), "--format", "csv", "--help");
    expect(stdout).toContain("--separator CHARACTER");
  });
});

describe("for its author", () => {
  test("a path is a format, and its options are parsed", async (context) => {
    const { user, author } = requirePlace(context);
    const command = [join(user, "node_modules/.bin/ns-graph"), "--from", "machine.json", "--format", "./index.js"];
    const { stdout, stderr } = await run([...command, "--separator", ";", "--no-header"], { cwd: author });
    expect(stderr).toBe("");
    expect(stdout).toMatch(/^cgroup;\d+;/);
    expect(stdout).toContain("\nnet;4026532177;4:4026531837;none;0;;mount /run/netns/blue in mnt:[4026531832]\n");
  });

  test("its tests pass: node --test", async (context) => {
    const { author } = requirePlace(context);
    // A runner's own variables would make the other runner report to it.
    const { stdout, exitCode } = await run([process.execPath, "--test", "--test-reporter=tap"], { cwd: author });
    expect(exitCode, stdout).toBe(0);
    expect(stdout).toMatch(/^# fail 0$/m);
    expect(Number(/^# pass (\d+)$/m.exec(stdout)?.[1])).toBeGreaterThan(20);
  });

  /** What is wrong with a copy, and what the compiler has to say of it. */
  const faults: readonly [string, RegExp, string, RegExp][] = [
    ["its summary", /^ {2}summary: .*\n/m, "", /'summary' is missing/],
    ["an option's description", /^ {4}separator: .*\n/m, "", /'separator' is missing/],
    ["the facts", /^ {2}needs: .*\n/m, "", /'needs' is missing/],
    ["an option's default", / default: ",",/, "", /'default' is missing/],
    ["a fact that there is", /\["status"\]/, '["weather"]', /"weather"/],
    [
      "a default of the option's type",
      /default: true/,
      'default: "yes"',
      /'string' is not assignable to type 'boolean'/,
    ],
    ["chunks that can be written", /yield line\("type".*\);/, "yield 1;", /'?number'? is not assignable to type/],
  ];
  const nameOf = (index: number): string => `broken-${index}.js`;

  test("its types and those of its test are right, and show what is missing in copies without a part", async (context) => {
    const { author } = requirePlace(context);
    const source = readFileSync(join(author, "index.js"), "utf8");
    for (const [index, [, part, otherwise]] of faults.entries()) {
      const broken = source.replace(part, otherwise);
      expect(broken).not.toBe(source);
      writeFileSync(join(author, nameOf(index)), broken);
    }
    const { stdout } = await checkTypes(author, ["index.js", ...faults.map((_, index) => nameOf(index))]);
    // An error's further lines are indented.
    const messages = stdout.split(/\n(?=\S)/);
    expect(messages.filter((text) => !text.startsWith("broken-") && text.trim() !== "")).toEqual([]);
    for (const [index, [title, , , message]] of faults.entries()) {
      const said = messages.filter((text) => text.startsWith(nameOf(index))).join("\n");
      expect(said, `without ${title}`).toMatch(message);
    }
  });

  /** What the example's own `npm run types` does, with the compiler of this workspace; of several files at once. */
  function checkTypes(author: string, files: readonly string[]): Promise<Ran> {
    const { scripts } = JSON.parse(readFileSync(join(author, "package.json"), "utf8"));
    const [tsc, ...args] = (scripts.types as string).split(" ");
    expect(tsc).toBe("tsc");
    const options = args.flatMap((arg) => (arg === "index.js" ? files : [arg]));
    return run([process.execPath, TSC, ...options, "--typeRoots", join(ROOT, "node_modules/@types")], { cwd: author });
  }
});
