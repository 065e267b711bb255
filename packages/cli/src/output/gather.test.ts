import { expect, test } from "vitest";
import { gather, type Sink } from "./sink.js";

function recordingSink(): Sink & { readonly calls: string[] } {
  const calls: string[] = [];
  return {
    calls,
    write: (chunk) => {
      calls.push(`write ${typeof chunk === "string" ? chunk : [...chunk]}`);
      return undefined;
    },
    close: async () => {
      calls.push("close");
    },
    abort: () => {
      calls.push("abort");
    },
  };
}

test("hands everything on in its order, once it is complete", async () => {
  const inner = recordingSink();
  const sink = gather(inner);
  const bytes = Uint8Array.of(1, 2);
  await sink.write("a");
  await sink.write(bytes);
  bytes.fill(9);
  expect(inner.calls).toEqual([]);
  await sink.close();
  expect(inner.calls).toEqual(["write a", "write 1,2", "close"]);
});

test("hands nothing on that is given up", async () => {
  const inner = recordingSink();
  const sink = gather(inner);
  await sink.write("a");
  sink.abort();
  expect(inner.calls).toEqual(["abort"]);
});
