import { statSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { findMountAt } from "./mount-at.js";

const deviceOf = (path: string): bigint => statSync(path, { bigint: true }).dev;

describe("findMountAt", () => {
  test("finds what is mounted at a path", () => {
    expect(findMountAt("/proc", deviceOf("/proc"))).toEqual({ fileSystem: "proc", isPoint: true });
    expect(findMountAt("/", deviceOf("/"))).toMatchObject({ isPoint: true });
  });

  test("finds the mount above a path, also through a link", () => {
    expect(findMountAt("/proc/self/status", deviceOf("/proc"))).toEqual({ fileSystem: "proc", isPoint: false });
  });

  test("claims nothing of a path that leads nowhere, or of a device that no mount there has", () => {
    expect(findMountAt("/proc/nowhere", deviceOf("/proc"))).toBeUndefined();
    expect(findMountAt("/proc", 0xffff_ffffn)).toBeUndefined();
  });
});
