import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findProgram } from "@ns-graph/testkit";
import fc from "fast-check";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { SHELLS, type Shell } from "../../arguments/commands.js";
import { OPTIONS } from "../../arguments/options.js";
import { loadBuiltIn } from "../../plugins/formats.js";
import { describeGrammar, type Grammar } from "./grammar.js";
import { SCRIPTS } from "./script.js";

let folder: string;
let grammar: Grammar;
const path = (shell: Shell): string => join(folder, `completion.${shell}`);

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "ns-graph-completion-"));
  grammar = describeGrammar(await loadBuiltIn(), ["dot", "json", "svg", "text"]);
  for (const shell of SHELLS) writeFileSync(path(shell), SCRIPTS[shell](grammar));
});
afterAll(() => rmSync(folder, { recursive: true }));

function run(program: string, args: readonly string[], cwd = folder): string {
  const { status, stdout, stderr, error } = spawnSync(program, args, {
    encoding: "utf8",
    timeout: 20_000,
    cwd,
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
    const script = SCRIPTS[shell](grammar);
    const names = grammar.options.map(([name]) => name);
    for (const name of names) expect(script).toMatch(new RegExp(`(--|-l )${name}\\b`));
    for (const { name } of grammar.commands) expect(script).toContain(name);
    expect(names).toEqual(expect.arrayContaining(Object.keys(OPTIONS)));
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

  /** What a line could become: the text of each reply in place of what readline replaces, which begins after so many characters. */
  function replies(line: string, { settings = ":", cwd = folder } = {}): string[] {
    const script = `source "$0"; ${settings}; COMP_LINE=$1; COMP_POINT=\${#1}; _ns_graph; for reply in "\${COMPREPLY[@]}"; do printf '%s\\0' "$reply"; done`;
    return run("bash", ["--norc", "-c", script, path("bash"), line], cwd)
      .split("\0")
      .slice(0, -1);
  }

  test.each([
    ["ns-graph --format=d", "", ["dot"]],
    ["ns-graph --format=d", "COMP_WORDBREAKS=' '", ["--format=dot"]],
    ["ns-graph --format=d", "COMP_WORDBREAKS=", ["--format=dot"]],
    ["ns-graph --format=d", "unset COMP_WORDBREAKS", ["--format=dot"]],
    ["ns-graph --format=d", "COMP_WORDBREAKS=']^-!='", ["dot"]],
    ["ns-graph --strict=d", "", []],
    ["ns-graph -o 'completion.b", "", ["completion.bash"]],
    ['ns-graph -o "completion.b', "", ["completion.bash"]],
    ["ns-graph -o comp'leti'on.b", "", ["comp'leti'on.bash"]],
    ["ns-graph -o comp\\letion.b", "", ["comp\\letion.bash"]],
    ["ns-graph -o completion.b\\", "", ["completion.bash"]],
    ["ns-graph -o $PWD/completion.b", "", ["$PWD/completion.bash"]],
    // biome-ignore lint/suspicious/noTemplateCurlyInString: for a shell
    ["ns-graph -o ${PWD}/completion.b", "", ["${PWD}/completion.bash"]],
    ["ns-graph -o ~/completion.b", "", ["~/completion.bash"]],
    ["ns-graph -o ~root/../etc/hostnam", "", ["~root/../etc/hostname"]],
    ["ns-graph -o $(touch pwned)completion.b", "", []],
    ["ns-graph -o `touch pwned`completion.b", "", []],
    ["ns-graph > completion.b", "", ["completion.bash"]],
    ["ns-graph run -o x cat completion.b", "", ["completion.bash"]],
    ["ns-graph run cat -g completion.b", "", ["completion.bash"]],
    ["ns-graph run -- cat --f", "", []],
    ["ns-graph run --graph=d", "", ["dot"]],
    [
      "ns-graph -o completion.b",
      "set -fu; shopt -s failglob nocasematch nullglob; IFS=o; GLOBIGNORE='*'",
      ["completion.bash"],
    ],
  ])("%s (%s): %j", (line, settings, expected) => {
    expect(replies(line, { settings: settings || ":" })).toEqual(expected);
    expect(existsSync(join(folder, "pwned"))).toBe(false);
  });

  test("reads any line without running any of it", () => {
    const part = fc.constantFrom(...("$(touch pwned)`'\"\\\\{}[]!~*?;&|<>=:@# \tax/".match(/touch pwned|./gs) ?? []));
    const lines = fc.array(part, { maxLength: 25 }).map((parts) => `ns-graph ${parts.join("")}`);
    fc.assert(
      fc.property(fc.array(lines, { minLength: 30, maxLength: 30 }), (many) => {
        const script =
          // biome-ignore lint/suspicious/noTemplateCurlyInString: for a shell
          'source "$0"; for COMP_LINE; do COMP_POINT=${#COMP_LINE}; _ns_graph; for reply in "${COMPREPLY[@]}"; do [[ $reply == *$\'\\n\'* ]] && echo "$COMP_LINE"; done; done; true';
        expect(run("bash", ["--norc", "-c", script, path("bash"), ...many])).toBe("");
        expect(existsSync(join(folder, "pwned"))).toBe(false);
      }),
      { numRuns: 15 },
    );
  });

  test("inserts any name as one word that means that name, after any quote", () => {
    const name = fc
      .array(fc.constantFrom(..."$(touch pwned)`'\"\\{}[]!~*?;&|<>=:@#^%+-, é日\u0301x"), {
        minLength: 1,
        maxLength: 20,
      })
      .map((parts) => parts.join(""));
    fc.assert(
      fc.property(fc.uniqueArray(name, { minLength: 20, maxLength: 20 }), (names) => {
        const cwd = mkdtempSync(join(folder, "names-"));
        for (const one of names) writeFileSync(join(cwd, `zq${one}`), "");
        for (const quote of ["", "'", '"']) {
          const line = `ns-graph -o ${quote}zq`;
          const words = replies(line, { cwd }).map((reply) => {
            // Readline closes the quote where the reply does not.
            return quote === "" ? reply : `${quote}${reply}${reply.endsWith(quote) ? "" : quote}`;
          });
          const means = run("bash", ["--norc", "-c", `printf '%s\\0' ${words.join(" ")}`], cwd)
            .split("\0")
            .slice(0, -1);
          const possible = quote === '"' ? names.filter((one) => !one.includes("!")) : names;
          expect(means.sort()).toEqual(possible.map((one) => `zq${one}`).sort());
        }
        expect(existsSync(join(cwd, "pwned"))).toBe(false);
      }),
      { numRuns: 15 },
    );
  });
});

describe.each(SHELLS)("%s, of words that were chosen to do harm,", (shell) => {
  test("makes a script that runs none of them", (context) => {
    if (findProgram(shell) === undefined) context.skip(`needs ${shell}`);
    const hostile = ["$(touch pwned)", "`touch pwned`", "'; touch pwned; '", '"; touch pwned; "', "a b", "*"];
    const summary = hostile.join(" ");
    const option = ["hostile", { type: "choice", placeholder: "X", choices: hostile, summary }] as const;
    const options = [...grammar.options, option];
    const file = join(folder, `hostile.${shell}`);
    writeFileSync(file, SCRIPTS[shell]({ ...grammar, options, formats: hostile }));
    const load = shell === "zsh" ? "autoload -Uz compinit; compinit -u -D; " : "";
    const press = {
      // biome-ignore lint/suspicious/noTemplateCurlyInString: for a shell
      bash: "for COMP_LINE in 'ns-graph --hostile ' 'ns-graph --format '; do COMP_POINT=${#COMP_LINE}; _ns_graph; done; true",
      zsh: ":",
      fish: "complete -C 'ns-graph --hostile '; complete -C 'ns-graph --format '",
    }[shell];
    const start = { bash: ["--norc", "-c"], zsh: ["-f", "-c"], fish: ["--no-config", "-c"] }[shell];
    const output = run(shell, [...start, `${load}source ${file}; ${press}`]);
    if (shell === "fish") for (const word of hostile) expect(output).toContain(word);
    expect(existsSync(join(folder, "pwned"))).toBe(false);
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
