import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { expect, test } from "vitest";
import { orderModules, readDependencies } from "./kernel-modules.js";

const moduleOf = (depends: string): Buffer => Buffer.from(`\0license=GPL\0depends=${depends}\0retpoline=Y\0`);

test("what a module says it depends on", () => {
  expect(readDependencies(moduleOf("virtio_ring,virtio"))).toEqual(["virtio_ring", "virtio"]);
  expect(readDependencies(moduleOf(""))).toEqual([]);
  expect(readDependencies(Buffer.from("no module"))).toEqual([]);
});

test("each module comes after those it needs, once, and no other comes", () => {
  const folder = mkdtempSync(join(tmpdir(), "ns-graph-modules-"));
  try {
    const modules = {
      "virtio.ko": "",
      "virtio_ring.ko": "",
      "virtio_pci.ko": "virtio_ring,virtio,virtio_pci_modern_dev",
      "virtio_pci_modern_dev.ko": "virtio",
      "fuse.ko": "",
      "virtiofs.ko": "fuse,virtio-ring,virtio",
      "ext4.ko": "fuse",
    };
    const files = Object.entries(modules).map(([name, depends]) => {
      writeFileSync(join(folder, name), moduleOf(depends));
      return join(folder, name);
    });
    const ordered = orderModules(files).map((file) => basename(file, ".ko"));
    expect(ordered).toEqual(["virtio_ring", "virtio", "virtio_pci_modern_dev", "virtio_pci", "fuse", "virtiofs"]);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test("a kernel that has all of it built in needs none", () => {
  expect(orderModules([])).toEqual([]);
});
