import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { sweepGuests } from "./boot-guest.js";

/** No process has a higher PID than this (PID_MAX_LIMIT). */
const NOBODY = 4194305;

test("what a killed run left is removed, and nothing that somebody uses", () => {
  const cache = mkdtempSync(join(tmpdir(), "ns-graph-guests-"));
  try {
    for (const name of [`guest-${NOBODY}-a`, `guest-${process.pid}-b`, "linux-image"]) {
      mkdirSync(join(cache, name, "root"), { recursive: true });
      writeFileSync(join(cache, name, "initramfs"), "");
    }
    sweepGuests(cache);
    expect(readdirSync(cache).sort()).toEqual([`guest-${process.pid}-b`, "linux-image"]);
    mkdirSync(join(cache, `guest-${NOBODY}-c/root/etc`), { recursive: true });
    expect(() => sweepGuests(cache)).toThrow("ENOTEMPTY");
    expect(existsSync(join(cache, `guest-${NOBODY}-c/root/etc`))).toBe(true);
    sweepGuests(join(cache, "missing"));
  } finally {
    rmSync(cache, { recursive: true });
  }
});
