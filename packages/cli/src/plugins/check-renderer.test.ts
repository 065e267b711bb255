import { describe, expect, test } from "vitest";
import { checkRenderer } from "./check-renderer.js";

const good = {
  name: "mine",
  summary: "nothing much",
  mediaType: "text/plain",
  extension: "txt",
  flags: {
    loud: { type: "boolean", default: false, summary: "louder" },
    size: { type: "number", default: 1, summary: "how large" },
    title: { type: "text", default: "", placeholder: "TEXT", summary: "what stands above" },
    side: { type: "choice", default: "left", choices: ["left", "right"], summary: "which side" },
  },
  needs: () => [],
  render: () => [],
};
const withFlag = (name: string, flag: unknown) => ({ ...good, flags: { [name]: flag } });
const flag = { type: "boolean", default: false, summary: "x" };

describe("checkRenderer", () => {
  test("takes a renderer", () => {
    expect(checkRenderer(good, "plugin")).toBe(good);
  });

  test.each([
    ["nothing", undefined, 'it has neither a default export nor one called "renderer"'],
    ["null", null, "its export is null"],
    ["a function", () => good, "its export is a function"],
    ["no name", { ...good, name: undefined }, "its name is undefined, not a text"],
    ["an empty summary", { ...good, summary: "" }, "its summary is an empty text, not a text"],
    [
      "a name that --format can't take",
      { ...good, name: "my format" },
      'its name "my format" is none that --format takes',
    ],
    [
      "a name that steers a terminal",
      { ...good, name: "\u001b[2J" },
      'its name "\\\\e[2J" is none that --format takes',
    ],
    ["a default export inside the export", { default: good }, "it is an ES module that was compiled to CommonJS"],
    [
      "what TypeScript makes of a module",
      Object.defineProperty({ renderer: good }, "__esModule", { value: true }),
      "it is an ES module that was compiled to CommonJS",
    ],
    ["no render", { ...good, render: undefined }, "its render is undefined, not a function"],
    ["needs that are no function", { ...good, needs: ["status"] }, "its needs is an array, not a function"],
    ["no flags", { ...good, flags: undefined }, "its flags are undefined, not an object"],
    [
      "a flag of the command",
      withFlag("output", flag),
      'its flag "output" has the name of an option of ns-graph itself',
    ],
    ["a flag that begins with no-", withFlag("no-x", flag), 'its flag "no-x" may not begin with "no-"'],
    ["a flag with a strange name", withFlag("a b\n", flag), 'its flag "a b\\\\n" may have only small letters'],
    ["a flag that is none", withFlag("x", 1), 'its flag "x" is a number, not an object'],
    ["a flag without a summary", withFlag("x", { ...flag, summary: 1 }), "has no summary"],
    ["a flag of no type", withFlag("x", { ...flag, type: "date" }), 'has the type "date", not boolean'],
    [
      "a boolean without a default",
      withFlag("x", { ...flag, default: 1 }),
      "is a boolean, but its default is a number",
    ],
    ["a number without one", withFlag("x", { ...flag, type: "number" }), "is a number, but its default is a boolean"],
    [
      "a text without a placeholder",
      withFlag("x", { ...flag, type: "text", default: "" }),
      "is a text without a placeholder",
    ],
    [
      "a choice without choices",
      withFlag("x", { ...flag, type: "choice", default: "" }),
      "is a choice without choices",
    ],
    [
      "a choice with another default",
      withFlag("x", { ...flag, type: "choice", default: "c", choices: ["a"] }),
      "has a default that is not among its choices",
    ],
  ])("refuses %s, and names the plugin", (_name, value, fault) => {
    expect(() => checkRenderer(value, "plugin")).toThrow("plugin is not a renderer: ");
    expect(() => checkRenderer(value, "plugin")).toThrow(fault);
  });
});
