import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { readFileChunks } from "./read-file.js";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "ns-graph-read-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

async function read(path: string): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  // The next one is where this one was.
  for await (const chunk of readFileChunks(path)) chunks.push(Uint8Array.from(chunk));
  return Buffer.concat(chunks);
}

describe("readFileChunks", () => {
  test("yields all bytes in order", async () => {
    const bytes = Buffer.from(Array.from({ length: 700_000 }, (_, index) => index % 251));
    writeFileSync(join(folder, "large"), bytes);
    expect((await read(join(folder, "large"))).equals(bytes)).toBe(true);
  });

  test("yields nothing of an empty file", async () => {
    expect(await read("/dev/null")).toHaveLength(0);
  });

  test.each([
    ["there is no such file (ENOENT)", () => join(folder, "none")],
    ["it is a directory (EISDIR)", () => folder],
  ])("%s", async (reason, path) => {
    await expect(read(path())).rejects.toMatchObject({
      code: "READ_FAILED",
      message: `could not read ${path()}: ${reason}`,
    });
  });

  test("what its consumer throws stays what it is", async () => {
    const error = new Error("mine");
    const consume = async () => {
      for await (const _chunk of readFileChunks(process.execPath)) throw error;
    };
    await expect(consume()).rejects.toBe(error);
  });
});
