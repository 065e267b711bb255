import { describe, expect, test } from "vitest";
import { describeSurface } from "./surface.js";

const terminal = { isTerminal: true, columns: 100 };
const pipe = { isTerminal: false, columns: undefined };
const utf8 = { LANG: "de_DE.UTF-8" };

describe("describeSurface", () => {
  test.each([
    ["a terminal", "auto", {}, terminal, true],
    ["a pipe", "auto", {}, pipe, false],
    ["NO_COLOR", "auto", { NO_COLOR: "1" }, terminal, false],
    ["NO_COLOR that is empty", "auto", { NO_COLOR: "" }, terminal, true],
    ["FORCE_COLOR into a pipe", "auto", { FORCE_COLOR: "1" }, pipe, true],
    ["FORCE_COLOR=0", "auto", { FORCE_COLOR: "0" }, terminal, false],
    ["NO_COLOR and FORCE_COLOR", "auto", { NO_COLOR: "1", FORCE_COLOR: "1" }, terminal, false],
    ["a dumb terminal", "auto", { TERM: "dumb" }, terminal, false],
    ["CI", "auto", { CI: "true" }, terminal, false],
    ["--color always into a pipe", "always", { NO_COLOR: "1" }, pipe, true],
    ["--color never", "never", { FORCE_COLOR: "1" }, terminal, false],
    ["--color auto", "auto", {}, terminal, true],
  ] as const)("colour: %s", (_name, when, env, target, color) => {
    expect(describeSurface({ color: when, isWide: false }, env, target).color).toBe(color);
  });

  test.each([
    ["of the terminal", {}, terminal, 100],
    ["of COLUMNS, before that of the terminal", { COLUMNS: "60" }, terminal, 60],
    ["of COLUMNS without a terminal", { COLUMNS: "60" }, pipe, 60],
    ["unknown without either", {}, pipe, undefined],
    ["not of a COLUMNS that is none", { COLUMNS: "wide" }, terminal, 100],
    ["not of COLUMNS=0", { COLUMNS: "0" }, pipe, undefined],
  ])("width: %s", (_name, env, target, columns) => {
    expect(describeSurface({ color: "auto", isWide: false }, env, target).columns).toBe(columns);
  });

  test.each([[{}], [{ COLUMNS: "60" }]])("--wide has no width, whatever the terminal and %j say", (env) => {
    expect(describeSurface({ color: "auto", isWide: true }, env, terminal)).toMatchObject({
      columns: undefined,
      wide: true,
    });
  });

  test.each([
    [utf8, true],
    [{ LANG: "C" }, false],
    [{}, false],
    [{ LANG: "C.utf8" }, true],
    [{ ...utf8, LC_ALL: "C" }, false],
    [{ LANG: "C", LC_CTYPE: "en_US.UTF-8" }, true],
    [{ ...utf8, LC_ALL: "" }, true],
    [{ LC_ALL: "POSIX", LC_CTYPE: "en_US.UTF-8" }, false],
  ])("characters beyond ASCII with %j: %s", (env, unicode) => {
    expect(describeSurface({ color: "auto", isWide: false }, env, pipe).unicode).toBe(unicode);
  });
});
