import type { KernelRow } from "./kernel-rows.js";
import { compareKernelVersions, type KernelVersion, parseKernelVersion } from "./kernel-version.js";

/** A package of Debian that holds a kernel. */
export interface KernelPackage {
  readonly name: string;
  /** What stands in the name: up to 6.1 the number after `-` counts the package's interfaces, later it is the real version. */
  readonly named: KernelVersion;
}

/*
 * The `cloud` flavour is small, and has what a virtual machine needs. Up to 6.18 the kernel is in linux-image; from
 * 6.19 on that package is empty, and the kernel in linux-binary.
 */
const IMAGE = /^linux-image-(\d+\.\d+)(?:\.0-(\d+)|\.(\d+)\+deb[\d.]+)-cloud-amd64(-unsigned)?$/;
const BINARY = /^linux-binary-(\d+\.\d+)\.(\d+)\+deb[\d.]+-cloud-amd64$/;
const FIRST_WITH_BINARY: KernelVersion = [6, 19, 0];

/** The package a name stands for; undefined where it holds no kernel that could be booted here. */
export function parseKernelPackage(name: string): KernelPackage | undefined {
  const binary = BINARY.exec(name);
  if (binary !== null) return { name, named: parseKernelVersion(`${binary[1]}.${binary[2]}`) };
  const image = IMAGE.exec(name);
  if (image === null) return undefined;
  const named = parseKernelVersion(`${image[1]}.${image[2] ?? image[3]}`);
  return compareKernelVersions(named, FIRST_WITH_BINARY) < 0 ? { name, named } : undefined;
}

/** The packages that could serve a row, best first. An index may name a package that the mirror has dropped: then the next is tried. */
export function candidatesFor(row: KernelRow, names: readonly string[]): KernelPackage[] {
  const direction = row.pick === "newest" ? -1 : 1;
  return names
    .map(parseKernelPackage)
    .filter((candidate) => candidate !== undefined)
    .filter(({ named }) => row.series === undefined || isOfSeries(named, row.series))
    .sort((a, b) => direction * compareKernelVersions(a.named, b.named) || a.name.length - b.name.length);
}

function isOfSeries(version: KernelVersion, series: string): boolean {
  const wanted = series.split(".").map(Number);
  return wanted.every((number, i) => number === version[i]);
}
