import { describe, expect, test } from "vitest";
import { checkExport } from "./check-renderer.js";

const good = {
  name: "mine",
  summary: "nothing much",
  mediaType: "text/plain",
  extension: "txt",
  flags: { loud: { type: "boolean", default: false, summary: "louder" } },
  needs: () => [],
  render: () => [],
};
const failing: ProxyHandler<object> = {
  get() {
    throw new Error("no\n");
  },
  has() {
    throw new Error("never");
  },
};

describe("checkExport", () => {
  test("takes a renderer", () => {
    expect(checkExport(good, "plugin")).toBe(good);
  });

  test.each([
    [
      "nothing",
      undefined,
      'it has neither a default export nor one called "renderer"',
      /^A renderer is what its module/,
    ],
    ["null", null, "it is null", /^A renderer is an object with name/],
    [
      "a part that is missing",
      { ...good, render: undefined },
      "its render is undefined, not a function",
      /^A renderer is/,
    ],
    [
      "a flag of the command",
      { ...good, flags: { output: good.flags.loud } },
      'its flag "output" has the name of an option of the program itself',
      /^A renderer is/,
    ],
    ["what can't be looked at", new Proxy({}, failing), 'looking at it throws "no\\\\n"', /^A renderer is/],
    [
      "a default export inside the export",
      { default: good },
      "it is an ES module that was compiled to CommonJS",
      /^Compile it as an ES module/,
    ],
    [
      "what TypeScript makes of a module",
      Object.defineProperty({ renderer: good }, "__esModule", { value: true }),
      "it is an ES module that was compiled to CommonJS",
      /^Compile it as an ES module/,
    ],
  ])("refuses %s, names the plugin and says what helps", (_name, value, fault, hint) => {
    const check = () => checkExport(value, "plugin");
    expect(check).toThrow(`plugin is not a renderer: ${fault}`);
    expect(check).toThrow(expect.objectContaining({ code: "BAD_RENDERER", hint: expect.stringMatching(hint) }));
  });
});
