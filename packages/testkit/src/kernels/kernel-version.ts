/** Major, minor and point release: 6.12.43 is `[6, 12, 43]`. */
export type KernelVersion = readonly [major: number, minor: number, point: number];

/** Reads the leading numbers of a version such as `6.12.43-1~bpo12+1`; what is missing is 0. */
export function parseKernelVersion(text: string): KernelVersion {
  const match = /^(\d+)(?:\.(\d+))?(?:\.(\d+))?/.exec(text);
  if (match === null) throw new Error(`${text} is not a kernel's version`);
  return [Number(match[1]), Number(match[2] ?? 0), Number(match[3] ?? 0)];
}

export function formatKernelVersion(version: KernelVersion): string {
  return version.join(".");
}

export function compareKernelVersions(a: KernelVersion, b: KernelVersion): number {
  return a[0] - b[0] || a[1] - b[1] || a[2] - b[2];
}

/**
 * Whether a kernel has a change that came with one of these releases: the last is the mainline release, those before
 * it are the point releases of older series that got it too. `["6.12.50", "6.18.16", "7.0"]`: 6.12.60 has it, 6.17.9 has not.
 */
export function hasChange(version: KernelVersion, releases: readonly string[]): boolean {
  return releases.some((release, i) => {
    const since = parseKernelVersion(release);
    if (i === releases.length - 1) return compareKernelVersions(version, since) >= 0;
    return version[0] === since[0] && version[1] === since[1] && version[2] >= since[2];
  });
}
