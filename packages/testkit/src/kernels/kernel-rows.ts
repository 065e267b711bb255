/** One row of the matrix: which kernel is wanted, and where Debian has it. */
export interface KernelRow {
  /** What the row is asked for by, and is called where no kernel can be had. */
  readonly name: string;
  /** The series, `6.12`; undefined where it is any. */
  readonly series: string | undefined;
  /** Which of the series. */
  readonly pick: "newest" | "oldest";
  /** The suites of Debian that have it: small ones, since their lists are fetched whole. */
  readonly suites: readonly string[];
  /** Whether it belongs to the short form. */
  readonly short?: true;
}

/**
 * The generations that differ in what they let be found. Of 6.12 and 6.19 the oldest and the newest that can be had,
 * since their point releases changed who may see what.
 */
export const KERNEL_ROWS: readonly KernelRow[] = [
  { name: "5.10", series: "5.10", pick: "newest", suites: ["bullseye-security"], short: true },
  { name: "6.1", series: "6.1", pick: "newest", suites: ["bookworm-security"] },
  { name: "6.12-oldest", series: "6.12", pick: "oldest", suites: ["bookworm-backports"] },
  { name: "6.12", series: "6.12", pick: "newest", suites: ["bookworm-security", "bookworm-backports"] },
  { name: "6.16", series: "6.16", pick: "newest", suites: ["trixie-backports"] },
  { name: "6.17", series: "6.17", pick: "newest", suites: ["trixie-backports"] },
  { name: "6.18", series: "6.18", pick: "newest", suites: ["trixie-backports"] },
  { name: "6.19-oldest", series: "6.19", pick: "oldest", suites: ["trixie-backports"] },
  { name: "6.19", series: "6.19", pick: "newest", suites: ["trixie-backports"] },
  {
    name: "newest",
    series: undefined,
    pick: "newest",
    suites: ["trixie-backports", "sid", "experimental"],
    short: true,
  },
];

/** Where the static busybox of the initial file system is taken from. */
export const BUSYBOX_SUITE = "bullseye-security";

/** A row by its name, or for a series or version that no row has, such as `7.0` or `6.18.5`. */
export function findRow(name: string): KernelRow {
  const row = KERNEL_ROWS.find((known) => known.name === name);
  if (row !== undefined) return row;
  if (!/^\d+\.\d+(\.\d+)?$/.test(name)) {
    throw new Error(
      `no kernel is called ${name}; known: ${KERNEL_ROWS.map((known) => known.name).join(", ")}, or a version`,
    );
  }
  const suites = [...new Set(KERNEL_ROWS.flatMap((known) => known.suites))];
  return { name, series: name, pick: "newest", suites };
}
