import { randomBytes } from "node:crypto";
import { expect, test } from "vitest";
import { packCpio } from "./cpio.js";

/** Reads the form back, strictly. */
function unpack(archive: Buffer): { path: string; mode: number; device: string; content: string }[] {
  const entries: ReturnType<typeof unpack> = [];
  for (let at = 0; ; ) {
    expect(archive.toString("latin1", at, at + 6)).toBe("070701");
    const field = (i: number): number =>
      Number.parseInt(archive.toString("latin1", at + 6 + i * 8, at + 14 + i * 8), 16);
    const [mode, size, major, minor, nameSize] = [1, 6, 9, 10, 11].map(field) as [
      number,
      number,
      number,
      number,
      number,
    ];
    const path = archive.toString("utf8", at + 110, at + 110 + nameSize - 1);
    const start = at + Math.ceil((110 + nameSize) / 4) * 4;
    at = start + Math.ceil(size / 4) * 4;
    if (path === "TRAILER!!!") {
      expect(at).toBe(archive.length);
      return entries;
    }
    const content = archive.toString("utf8", start, start + size);
    entries.push({ path, mode, device: `${major}:${minor}`, content });
  }
}

test("folders, files of any length and devices", () => {
  const archive = packCpio([
    { path: "bin", mode: 0o040755 },
    { path: "bin/ä", mode: 0o100755, content: Buffer.from("#!") },
    { path: "odd", mode: 0o100644, content: Buffer.from("12345") },
    { path: "dev", mode: 0o020600, device: [5, 1] },
  ]);
  expect(unpack(archive)).toEqual([
    { path: "bin", mode: 0o040755, device: "0:0", content: "" },
    { path: "bin/ä", mode: 0o100755, device: "0:0", content: "#!" },
    { path: "odd", mode: 0o100644, device: "0:0", content: "12345" },
    { path: "dev", mode: 0o020600, device: "5:1", content: "" },
  ]);
});

test("the program that comes with an archive is byte for byte what it was", () => {
  const program = randomBytes(4099);
  const archive = packCpio([{ path: "p", mode: 0o100755, content: program }]);
  expect(archive.includes(program)).toBe(true);
});
