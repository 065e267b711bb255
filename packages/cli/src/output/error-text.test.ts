import { NsGraphError } from "@ns-graph/graph";
import { describe, expect, test } from "vitest";
import { errorText, fitToWidth, prefixed } from "./error-text.js";

describe("errorText", () => {
  test("tells what failed and what to do about it, each line aligned", () => {
    const error = new NsGraphError("USAGE", "one", { hint: "two\nthree" });
    expect(errorText(error, false)).toBe("ns-graph: one\n          two\n          three\n");
  });

  test("has no stack of what a user did, where none is asked for", () => {
    expect(errorText(new NsGraphError("USAGE", "one"), false)).toBe("ns-graph: one\n");
    expect(errorText(new NsGraphError("USAGE", "one", { cause: new Error("deeper") }), true)).toMatch(
      /^ns-graph: one\n(.*\n)+Error: deeper\n/,
    );
  });

  test("calls a fault of the program one, even where it is no error", () => {
    expect(errorText("nonsense", false)).toBe(
      "ns-graph: this is a fault of ns-graph itself: nonsense\n          --verbose shows where it happened. Please report it.\n",
    );
  });

  test("steers no terminal, whatever was forgotten", () => {
    const text = errorText(new NsGraphError("USAGE", "a\u001b[2Jb\rc\u202ed\\e"), false);
    expect(text).toBe("ns-graph: a\\e[2Jb\\rc\\u202ed\\e\n");
  });
});

describe("fitToWidth", () => {
  test("breaks between words and keeps the lines aligned", () => {
    const text = prefixed("one two three four five\nsix");
    expect(fitToWidth(text, 30)).toBe("ns-graph: one two three four\n          five\n          six\n");
  });

  test("leaves what fits as it is", () => {
    const text = prefixed("one two\nthree");
    expect(fitToWidth(text, 80)).toBe(text);
  });
});
