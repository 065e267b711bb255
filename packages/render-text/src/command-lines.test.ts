import { INTERACTIVE_SHELLS, requireProgram, SHELLS, wordsFromShell, wordsInHex } from "@ns-graph/testkit";
import fc from "fast-check";
import { describe, expect, it, test } from "vitest";
import { cellWidth } from "./cell-width.js";
import { wrapCommand } from "./command-lines.js";

describe("wrapCommand", () => {
  it("leaves a short command on one line", () => {
    expect(wrapCommand(["nsenter", "--net=/run/netns/blue"], 60, 80, false)).toEqual({
      lines: ["nsenter --net=/run/netns/blue"],
      isFlush: false,
    });
  });

  it("goes on after a backslash", () => {
    const argv = ["nsenter", "--target", "4711", "--user", "--net=/run/netns/blue", "--preserve-credentials"];
    expect(wrapCommand(argv, 40, 80, false).lines).toEqual([
      "nsenter --target 4711 --user \\",
      "  --net=/run/netns/blue \\",
      "  --preserve-credentials",
    ]);
  });

  it("parts a word that no line can hold", () => {
    const { lines, isFlush } = wrapCommand(["nsenter", `--net=/run/${"x".repeat(60)}`], 36, 40, false);
    expect(isFlush).toBe(true);
    expect(lines).toEqual(["nsenter \\", `--net=/run/${"x".repeat(25)}\\`, "x".repeat(35)]);
  });

  it("fits any command into its lines", () => {
    fc.assert(
      fc.property(commands, fc.boolean(), (argv, ascii) => {
        for (const line of wrapCommand(argv, 32, 36, ascii).lines) expect(cellWidth(line)).toBeLessThanOrEqual(36);
      }),
    );
  });
});

const character = fc.constantFrom(..."ab/=%!~ '\"\\\n\u001b$é日\u202e\udcff");
const word = fc.array(character, { maxLength: 80 }).map((characters) => characters.join(""));
const commands = fc.array(word, { minLength: 1, maxLength: 4 });

const shells = [...SHELLS, ...INTERACTIVE_SHELLS.map((shell) => ({ ...shell, name: `${shell.name}, interactive,` }))];

test.for(shells)("a wrapped command is the same to $name", (shell, context) => {
  requireProgram(context, shell.command[0]);
  fc.assert(
    fc.property(fc.array(commands, { minLength: 1, maxLength: 40 }), fc.boolean(), (lists, ascii) => {
      const lines = lists.flatMap((argv) => wrapCommand(["printf", "%s\\0", ...argv], 32, 36, ascii).lines);
      expect(wordsFromShell(shell, lines), lines.join("\n")).toEqual(wordsInHex(lists.flat()));
    }),
    { numRuns: 8 },
  );
});
