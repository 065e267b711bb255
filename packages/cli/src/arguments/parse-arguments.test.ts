import { describe, expect, test } from "vitest";
import type { OptionValue } from "./options.js";
import { findFormatName, parseArguments } from "./parse-arguments.js";

const flags = new Map<string, OptionValue>([
  ["rankdir", { type: "choice", placeholder: "R", choices: ["LR", "TB"] }],
  ["legend", { type: "boolean" }],
]);

describe("parseArguments", () => {
  test("tells the command's options, the renderer's and operands apart", () => {
    expect(parseArguments(["-f", "dot", "--rankdir", "LR", "--no-legend", "12"], flags)).toEqual({
      given: { format: "dot" },
      flags: { rankdir: "LR", legend: false },
      typed: { format: "-f", rankdir: "--rankdir LR", legend: "--no-legend" },
      operands: ["12"],
    });
  });

  test("without its renderer, an option of a renderer is unknown", () => {
    expect(() => parseArguments(["--rankdir", "LR"])).toThrow("there is no option --rankdir");
  });
});

describe("findFormatName", () => {
  test.each([
    [[], undefined],
    [["--quick", "12"], undefined],
    [["-f", "dot"], "dot"],
    [["--rankdir", "LR", "--format=dot", "--nix"], "dot"],
    [["--format", "json", "-fdot"], "dot"],
    [["--", "--format", "dot"], undefined],
    [["--subtree", "--format", "dot"], "dot"],
  ])("%j: %s", (args, name) => {
    expect(findFormatName(args)).toBe(name);
  });
});
