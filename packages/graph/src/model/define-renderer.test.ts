import { describe, expect, expectTypeOf, test } from "vitest";
import { buildGraph } from "../build/build-graph.js";
import { checkFacts, checkRenderer, defineRenderer } from "./define-renderer.js";

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
    ["nothing", undefined, "it is undefined"],
    ["null", null, "it is null"],
    ["a function", () => good, "it is a function"],
    ["no name", { ...good, name: undefined }, "its name is undefined, not a text"],
    ["an empty summary", { ...good, summary: "" }, "its summary is an empty text, not a text"],
    ["a name with a space", { ...good, name: "my format" }, 'its name is "my format", not letters, digits'],
    ["a summary of two lines", { ...good, summary: "a\nb" }, 'its summary is "a\\\\nb", not one line of text'],
    ["a media type without a subtype", { ...good, mediaType: "text" }, 'its mediaType is "text", not a type and'],
    ["an extension with a dot", { ...good, extension: ".txt" }, 'its extension is ".txt", not small letters'],
    ["no render", { ...good, render: undefined }, "its render is undefined, not a function"],
    ["needs that are no function", { ...good, needs: ["status"] }, "its needs is an array, not a function"],
    ["no flags", { ...good, flags: undefined }, "its flags are undefined, not an object"],
    [
      "a flag whose name is taken",
      withFlag("output", flag),
      'its flag "output" has the name of an option of the program',
    ],
    ["a flag that begins with no-", withFlag("no-x", flag), 'its flag "no-x" may not begin with "no-"'],
    ["a flag with a strange name", withFlag("a b\n", flag), 'its flag "a b\\\\n" may have only small letters'],
    ["a flag that is none", withFlag("x", 1), 'its flag "x" is a number, not an object'],
    ["a flag without a summary", withFlag("x", { ...flag, summary: 1 }), "has a summary that is a number, not a text"],
    ["a flag of no type", withFlag("x", { ...flag, type: "date" }), 'has the type "date", not boolean'],
    [
      "a boolean without a default",
      withFlag("x", { ...flag, default: 1 }),
      "has a default that is a number, not a boolean",
    ],
    [
      "a number without one",
      withFlag("x", { ...flag, type: "number" }),
      "has a default that is a boolean, not a number",
    ],
    [
      "a number whose default is too large",
      withFlag("x", { ...flag, type: "number", default: 9, max: 5 }),
      "has the default 9, which is not between its min and its max",
    ],
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
  ])("refuses %s, and says what is wrong where", (_name, value, fault) => {
    const check = () => checkRenderer(value, "plugin", (name) => name === "output");
    expect(check).toThrow("plugin is not a renderer: ");
    expect(check).toThrow(fault);
    expect(check).toThrow(
      expect.objectContaining({ code: "BAD_RENDERER", hint: expect.stringContaining("A renderer is an object") }),
    );
  });
});

describe("checkFacts", () => {
  test("takes facts", () => expect(checkFacts(["status", "maps"], "plugin")).toEqual(["status", "maps"]));

  test.each([
    [["status", "weather"], 'plugin is not a renderer: its needs answers "weather", which is no fact'],
    [["statuss"], 'its needs answers "statuss", which is no fact. Did you mean "status"?'],
    [[7], "its needs answers a number, which is no fact"],
    [undefined, "its needs answers undefined, where an array of facts is expected"],
  ])("refuses %j", (needs, fault) => {
    expect(() => checkFacts(needs, "plugin")).toThrow(fault);
    expect(() => checkFacts(needs, "plugin")).toThrow(
      expect.objectContaining({ code: "BAD_RENDERER", hint: expect.stringMatching(/^The facts are status, cgroup/) }),
    );
  });
});

describe("defineRenderer", () => {
  const frame = { host: {}, viewer: { namespaces: {} }, sources: [] };
  const surface = { color: false, columns: undefined, unicode: true };

  test("says what is wrong with what is none", () => {
    expect(() => defineRenderer({ ...good, name: "My format" } as never)).toThrow(
      'what defineRenderer was given is not a renderer: its name is "My format", not',
    );
    expect(() => defineRenderer(undefined as never)).toThrow("it is undefined");
  });

  test("finds the types of options by their flags, and keeps that chunks come at once", () => {
    const renderer = defineRenderer({
      ...good,
      flags: { loud: { type: "boolean", default: false, summary: "louder" } },
      *render(graph, { loud }) {
        expectTypeOf(loud).toEqualTypeOf<boolean>();
        yield `${graph.namespaces().length}${loud ? "!" : ""}`;
      },
    });
    expect([...renderer.render(buildGraph([{ kind: "frame", frame }]), { loud: true }, surface)]).toEqual(["0!"]);
  });
});
