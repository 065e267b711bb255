import { execFileSync, spawnSync } from "node:child_process";
import { quoteForShell } from "@ns-graph/graph";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
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

  it("is the same command to a shell, in lines that fit", (context) => {
    if (spawnSync("bash", ["--version"]).status !== 0) context.skip("there is no bash here");
    const character = fc.constantFrom("a", "b", "/", " ", "'", '"', "\\", "\n", "\u001b", "$", "é", "日", "\u202e");
    const word = fc.array(character, { maxLength: 80 }).map((characters) => characters.join(""));
    fc.assert(
      fc.property(fc.array(word, { minLength: 1, maxLength: 4 }), fc.boolean(), (argv, ascii) => {
        const { lines } = wrapCommand(argv, 32, 36, ascii);
        for (const line of lines) expect(cellWidth(line)).toBeLessThanOrEqual(36);
        const output = execFileSync("bash", ["--norc", "--noprofile", "-c", `printf '%s\\0' ${lines.join("\n")}`], {
          encoding: "utf8",
          env: { LC_ALL: "C.UTF-8", PATH: process.env.PATH },
          stdio: ["ignore", "pipe", "inherit"],
        });
        expect(output.split("\0").slice(0, -1), quoteForShell(argv)).toEqual(argv);
      }),
      { numRuns: 40 },
    );
  }, 60_000);
});
