import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findProgram } from "@ns-graph/testkit";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { SHELLS, type Shell } from "../commands.js";
import { loadBuiltIn } from "../formats.js";
import { OPTIONS } from "../options.js";
import { describeGrammar, type Grammar } from "./grammar.js";
import { completionScript } from "./script.js";

let folder: string;
let grammar: Grammar;
const path = (shell: Shell): string => join(folder, `completion.${shell}`);

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "ns-graph-completion-"));
  grammar = describeGrammar(await loadBuiltIn(), ["dot", "json", "svg", "text"]);
  for (const shell of SHELLS) writeFileSync(path(shell), completionScript(shell, grammar));
});
afterAll(() => rmSync(folder, { recursive: true }));

function run(program: string, args: readonly string[]): string {
  const { status, stdout, stderr, error } = spawnSync(program, args, {
    encoding: "utf8",
    timeout: 20_000,
    cwd: folder,
    env: { PATH: process.env.PATH, HOME: folder, LANG: "C.UTF-8", TERM: "dumb" },
  });
  expect({ status, stderr, error }).toEqual({ status: 0, stderr: "", error: undefined });
  return stdout;
}

describe.each(SHELLS)("%s", (shell) => {
  test("can read the script", (context) => {
    if (findProgram(shell) === undefined) context.skip(`needs ${shell}`);
    run(shell, ["-n", path(shell)]);
  });

  test("is told every option and every command", () => {
    const script = completionScript(shell, grammar);
    for (const name of grammar.options.keys()) expect(script).toMatch(new RegExp(`(--|-l )${name}\\b`));
    for (const { name } of grammar.commands) expect(script).toContain(name);
    expect([...grammar.options.keys()]).toEqual(expect.arrayContaining(Object.keys(OPTIONS)));
  });
});

describe("bash", () => {
  beforeEach((context) => {
    if (findProgram("bash") === undefined) context.skip("needs bash");
  });

  /** What bash offers for the last of these words, which it splits at `=`. */
  function offers(...words: string[]): string[] {
    const script = `source "$0"; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _ns_graph; printf '%s\\n' "\${COMPREPLY[@]}"`;
    return run("bash", ["--norc", "-c", script, path("bash"), "ns-graph", ...words])
      .split("\n")
      .filter((word) => word !== "");
  }

  test.each([
    [["--for"], ["--format"]],
    [
      ["--format", ""],
      ["dot", "json", "svg", "text"],
    ],
    [["-f", "d"], ["dot"]],
    [
      ["--format", "="],
      ["dot", "json", "svg", "text"],
    ],
    [["--format", "=", "j"], ["json"]],
    [
      ["--namespaces", "u"],
      ["user", "uts"],
    ],
    [["-t", "net,p"], ["net,pid"]],
    [["--tree", "=", "w"], ["workload"]],
    [["--rankdir", "L"], ["LR"]],
    [["sh"], ["show"]],
    [
      ["completion", ""],
      ["bash", "zsh", "fish"],
    ],
    [["--output", "completion.b"], ["completion.bash"]],
    [["-f", "./completion.f"], ["./completion.fish"]],
    [["--no-l"], ["--no-legend"]],
    [
      ["run", "--mou"],
      ["--mount", "--mount-proc"],
    ],
    [["run", "-g", "d"], ["dot"]],
    [["run", "-p", "completion.b"], ["completion.bash"]],
    [["run", "--", "mkfif"], ["mkfifo"]],
  ])("%j: %j", (words, expected) => {
    expect(offers(...words)).toEqual(expected);
  });

  test("offers the PIDs of this machine", () => {
    expect(offers("--subtree", String(process.pid))).toContain(String(process.pid));
    expect(offers("")).toContain("show");
  });
});

describe("fish", { timeout: 30_000 }, () => {
  beforeEach((context) => {
    if (findProgram("fish") === undefined) context.skip("needs fish");
  });

  function offers(line: string): string[] {
    const lines = run("fish", ["--no-config", "-c", 'source $argv[1]; complete -C "$argv[2]"', path("fish"), line]);
    return lines
      .split("\n")
      .map((entry) => entry.split("\t")[0] ?? "")
      .filter((word) => word !== "");
  }

  test.each([
    ["ns-graph --form", ["--format"]],
    ["ns-graph --format d", ["dot"]],
    ["ns-graph --format=d", ["--format=dot"]],
    ["ns-graph -t net,p", ["net,pid"]],
    ["ns-graph --tree w", ["workload"]],
    ["ns-graph --rankdir L", ["LR"]],
    ["ns-graph sh", ["show"]],
    ["ns-graph completion ", ["bash", "fish", "zsh"]],
    ["ns-graph -o completion.b", ["completion.bash"]],
    ["ns-graph run --mou", ["--mount", "--mount-proc"]],
    ["ns-graph run -g d", ["dot"]],
    ["ns-graph run mkfif", ["mkfifo"]],
  ])("%s: %j", (line, expected) => {
    expect(offers(line)).toEqual(expected);
  });

  test("offers the PIDs of this machine", () => {
    expect(offers(`ns-graph --subtree ${process.pid}`)).toContain(String(process.pid));
  });
});

describe("zsh", { timeout: 30_000 }, () => {
  beforeEach((context) => {
    if (findProgram("zsh") === undefined) context.skip("needs zsh");
  });

  /** What a line becomes when it is completed in an interactive shell. */
  function completed(line: string): string {
    const script = `
      zmodload zsh/zpty
      zpty z zsh -f -i
      zpty -w z "PS1=; autoload -Uz compinit; compinit -u -D; source $1"
      zpty -w z 'finish() { zle complete-word; print -rn -- "<<$BUFFER>>" }; zle -N finish; bindkey "^X" finish; print -r rea""dy'
      zpty -r z text '*ready*'
      zpty -w -n z "$2"$'\\C-X'
      zpty -r z text '*<<*>>*'
      print -r -- "\${\${text##*<<}%%>>*}"
      zpty -d z`;
    return run("zsh", ["-f", "-c", script, "zsh", path("zsh"), line]).trimEnd();
  }

  test.each([
    ["ns-graph --forma", "ns-graph --format="],
    ["ns-graph --format d", "ns-graph --format dot"],
    ["ns-graph --format=d", "ns-graph --format=dot"],
    ["ns-graph -t net,p", "ns-graph -t net,pid,"],
    ["ns-graph --tree w", "ns-graph --tree workload"],
    ["ns-graph run --mount-", "ns-graph run --mount-proc"],
    ["ns-graph run -g d", "ns-graph run -g dot"],
    ["ns-graph run -p mkfif", "ns-graph run -p mkfifo"],
    ["ns-graph --rankdir L", "ns-graph --rankdir LR"],
    ["ns-graph sh", "ns-graph show"],
    ["ns-graph completion z", "ns-graph completion zsh"],
    ["ns-graph --strict comple", "ns-graph --strict completion"],
    ["ns-graph -o completion.b", "ns-graph -o completion.bash"],
  ])("%s: %s", (line, expected) => {
    expect(completed(line)).toBe(expected);
  });
});
