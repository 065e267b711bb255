/** What there may be very many of, because whoever owns a process decides how many. */
export const LIMITED = ["descriptors", "sockets", "threads", "mounts", "bytes"] as const;

/** A kind of thing of which a scan looks at so many and no more. */
export type Limited = (typeof LIMITED)[number];

/**
 * How much of one process a probe looks at, and four times as much of all together, besides an equal part for each; `mounts` are those of one mount
 * namespace, `bytes` those of files in /proc beyond the usual size. Infinity stands for no limit. What is left out is counted
 * among the problems: `LIMIT_REACHED`, `FILE_TOO_LONG`.
 */
export type ScanLimits = Readonly<Record<Limited, number>>;

/** More than any program is known to have that is not made to be too much. */
export const DEFAULT_LIMITS: ScanLimits = {
  descriptors: 262_144,
  sockets: 65_536,
  threads: 32_768,
  mounts: 131_072,
  bytes: 32 * 2 ** 20,
};

/** After so many seconds a probe ends the search for what holds namespaces. */
export const DEFAULT_SECONDS = 60;
