import { type AnyRenderer, type Chunks, NsGraphError } from "@ns-graph/graph";
import { describe, expect, test } from "vitest";
import { BUILT_IN_ORIGIN, type Format } from "../plugins/formats.js";
import { pump } from "./pump.js";

const format = (origin = "ns-graph-render-mine"): Format => ({ renderer: { name: "mine" } as AnyRenderer, origin });

async function collect(start: () => unknown, origin?: string): Promise<string> {
  let text = "";
  await pump(format(origin), start as () => Chunks, (chunk) => {
    text += typeof chunk === "string" ? chunk : Buffer.from(chunk).toString();
    return undefined;
  });
  return text;
}

async function* later(...chunks: unknown[]) {
  for (const chunk of chunks) yield await Promise.resolve(chunk);
}

describe("pump", () => {
  test.each([
    ["an array", () => ["a", "b"]],
    ["bytes", () => [new Uint8Array([97]), "b"]],
    ["an async generator", () => later("a", Buffer.from("b"))],
    ["one text", () => "ab"],
    ["empty chunks among others", () => ["", "a", "", "b"]],
  ])("carries %s", async (_name, start) => {
    expect(await collect(start)).toBe("ab");
  });

  test("lets a renderer yield nothing where there may be nothing to draw", async () => {
    const written: unknown[] = [];
    const write = (chunk: unknown): undefined => void written.push(chunk);
    await pump(format(), () => [], write, { mayBeEmpty: true });
    expect(written).toEqual([]);
  });

  test.each([
    ["yields nothing", () => [], "it yields nothing"],
    ["yields only empty chunks", () => later("", ""), "it yields nothing"],
    ["yields numbers", () => [1], "it yields a number, where text or bytes (Uint8Array) are expected"],
    ["yields undefined", () => later(undefined), "it yields undefined, where text or bytes (Uint8Array) are expected"],
    ["answers nothing", () => undefined, "its render answers undefined, where an iterable of chunks is expected"],
    ["answers bytes", () => new Uint8Array(3), "its render answers an object, where an iterable"],
    ["answers a promise", () => Promise.resolve(["a"]), "its render answers an object, where an iterable"],
    [
      "has an iterator that answers nonsense",
      () => ({ [Symbol.iterator]: () => ({ next: () => 5 }) }),
      "its iterator answers a number",
    ],
  ])("names a renderer that %s", async (_name, start, how) => {
    const failure = collect(start);
    await expect(failure).rejects.toThrow(`the renderer mine (ns-graph-render-mine) failed: ${how}`);
    await expect(failure).rejects.toMatchObject({ code: "RENDERER_FAILED" });
  });

  test.each([
    [
      "at once",
      () => {
        throw new Error("bo\u001bom");
      },
    ],
    [
      "while it yields",
      function* () {
        yield "a";
        throw new Error("bo\u001bom");
      },
    ],
    [
      "later",
      async function* () {
        yield await Promise.resolve("a");
        throw new Error("bo\u001bom");
      },
    ],
  ])("names a renderer that throws %s", async (_name, start) => {
    await expect(collect(start)).rejects.toThrow('failed: it throws "bo\\\\eom"');
  });

  test("a renderer may explain itself", async () => {
    const error = new NsGraphError("RENDERER_FAILED", "too large");
    const throws = () => {
      throw error;
    };
    await expect(collect(throws)).rejects.toBe(error);
  });

  test("a renderer with its own copy of the model may too", async () => {
    const error = Object.assign(new Error("too large"), { name: "NsGraphError", hint: "draw less" });
    const throws = () => {
      throw error;
    };
    await expect(collect(throws)).rejects.toMatchObject({ message: "too large", hint: "draw less", cause: error });
    await expect(collect(throws)).rejects.toBeInstanceOf(NsGraphError);
  });

  test("what a built-in renderer throws is a fault of the program", async () => {
    const error = new TypeError("x");
    const throws = () => {
      throw error;
    };
    await expect(collect(throws, BUILT_IN_ORIGIN)).rejects.toBe(error);
  });

  test("what the sink throws passes through, and the renderer may clean up", async () => {
    let isClean = false;
    function* chunks() {
      try {
        yield "a";
        yield "b";
      } finally {
        isClean = true;
      }
    }
    const full = new Error("full");
    await expect(
      pump(format(), chunks, () => {
        throw full;
      }),
    ).rejects.toBe(full);
    expect(isClean).toBe(true);
  });

  test("the next chunk is asked for only when the last one is written", async () => {
    const events: string[] = [];
    function* chunks() {
      for (const name of ["a", "b"]) {
        events.push(`draw ${name}`);
        yield name;
      }
    }
    await pump(format(), chunks, async (chunk) => {
      await new Promise((resolve) => setTimeout(resolve, 1));
      events.push(`wrote ${chunk}`);
    });
    expect(events).toEqual(["draw a", "wrote a", "draw b", "wrote b"]);
  });
});
