import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { findProgram } from "../real/requirement.js";
import { bootGuest, QEMU, sweepGuests } from "./boot-guest.js";
import { interrupted } from "./child.js";
import { type MatrixReport, type RowReport, renderTables, replaceTables } from "./compatibility-table.js";
import { fetchKernels, type Kernel } from "./fetch-kernels.js";
import type { GuestReport } from "./guest-report.js";
import { findRow, KERNEL_ROWS, type KernelRow } from "./kernel-rows.js";
import { compareKernelVersions, formatKernelVersion } from "./kernel-version.js";
import { findVirtiofsd } from "./shared-root.js";
import { judgeReport, type Verdict } from "./verdict.js";

/** Seconds that the program of one guest may take. On two idle cores it takes about one minute. */
const GUEST_LIMIT = 420;
/** Seconds after which no more guest is started. */
const RUN_LIMIT = 1800;

/** How the matrix is run. */
export interface MatrixOptions {
  /** Names of rows, or versions; all rows where there is none. */
  readonly names: readonly string[];
  /** Only the oldest and the newest. */
  readonly short: boolean;
  /** Write the tables of docs/compatibility.md. */
  readonly write: boolean;
  /** The root of the workspace. */
  readonly root: string;
  /** The program that runs in the guests, bundled. */
  readonly guest: string;
  /** Where kernels are kept. */
  readonly cache: string;
  /** Takes each line of what is said. */
  readonly say: (line: string) => void;
}

/** How the run ended. */
export interface MatrixResult {
  readonly passed: number;
  readonly failed: number;
  /** Why nothing could be run. */
  readonly impossible?: string;
}

/** What this machine lacks for booting guests; undefined where it lacks nothing. */
export function whyImpossible(): string | undefined {
  if (process.platform !== "linux" || process.arch !== "x64") return "kernels are booted on x86-64 Linux only";
  if (process.geteuid?.() !== 0) return "booting kernels takes root, who may share the file system";
  const programs = [QEMU, "apt-get", "apt-cache", "dpkg-deb", "unshare", "setpriv", "nice", "mount", "ip"];
  const missing = programs.filter((name) => findProgram(name) === undefined);
  if (findVirtiofsd() === undefined) missing.push("virtiofsd");
  return missing.length === 0 ? undefined : `not installed: ${missing.join(", ")} (scripts/install-test-packages.sh)`;
}

/** Boots one kernel after the other, and compares what is found there with what is expected. */
export async function runMatrix(options: MatrixOptions): Promise<MatrixResult> {
  const { say } = options;
  const start = Date.now();
  const rows = chooseRows(options);
  sweepGuests(options.cache);
  say(`Kernels: ${rows.map(({ name }) => name).join(", ")}`);
  let fetched: Awaited<ReturnType<typeof fetchKernels>>;
  try {
    fetched = await fetchKernels(rows, options.cache);
  } catch (error) {
    return {
      passed: 0,
      failed: 0,
      impossible: `no kernel can be had: ${error instanceof Error ? error.message : error}`,
    };
  }
  const reports: RowReport[] = [];
  const missing: string[] = [];
  let passed = 0;
  let failed = 0;
  for (const entry of fetched.kernels) {
    if (interrupted.aborted) break;
    if ("missing" in entry) {
      missing.push(entry.row.name);
      say(`\n${entry.row.name}: MISSING. ${entry.missing}`);
      continue;
    }
    const version = formatKernelVersion(entry.kernel.version);
    const begin = Date.now();
    try {
      if (begin - start > RUN_LIMIT * 1000) throw new Error(`not started: the run has taken more than ${RUN_LIMIT} s`);
      const report = await lookInGuest(entry.kernel, fetched.busybox, options);
      const verdicts = judgeReport(report, entry.kernel.version);
      reports.push({ version: entry.kernel.version, report });
      const faults = verdicts.filter(({ fault }) => fault !== undefined);
      failed += faults.length;
      passed += verdicts.length - faults.length;
      say(
        `\n${version} (${report.release}, ${Math.round((Date.now() - begin) / 1000)} s): ${summarize(report, faults)}`,
      );
      for (const { id, fault } of faults) say(`  ✗ ${id}: ${fault}`);
    } catch (error) {
      failed++;
      say(`\n${version}: FAILED. ${error instanceof Error ? error.message : error}`);
    }
  }
  if (reports.length === 0 && failed === 0) return { passed, failed, impossible: "no kernel can be had" };
  reports.sort((a, b) => compareKernelVersions(a.version, b.version));
  if (failed === 0) updatePage({ rows: reports, missing }, options);
  return { passed, failed };
}

function chooseRows({ names, short }: MatrixOptions): readonly KernelRow[] {
  if (names.length > 0) return names.map(findRow);
  return short ? KERNEL_ROWS.filter((row) => row.short) : KERNEL_ROWS;
}

async function lookInGuest(kernel: Kernel, busybox: string, options: MatrixOptions): Promise<GuestReport> {
  const { root, guest, cache } = options;
  const result = await bootGuest(
    kernel,
    busybox,
    {
      command: [process.execPath, guest],
      env: {
        NS_GRAPH_TEST_CLI: join(root, "packages/cli/dist/bin.js"),
        NS_GRAPH_TEST_PATIENCE: "10",
        NS_GRAPH_TEST_PROGRAMS: join(root, "packages/testkit/src/real/programs"),
      },
      limit: GUEST_LIMIT,
      visible: [root, process.execPath],
    },
    cache,
  );
  if (result.exitCode !== 0) throw new Error(`the guest's program ended with ${result.exitCode}\n${result.stderr}`);
  return JSON.parse(result.stdout) as GuestReport;
}

function summarize(report: GuestReport, faults: readonly Verdict[]): string {
  const counts = new Map<string, number>();
  for (const { outcome } of report.findings) counts.set(outcome, (counts.get(outcome) ?? 0) + 1);
  const outcomes = [...counts].map(([outcome, count]) => `${count} ${outcome}`).join(", ");
  const absent = Object.keys(report.absent).sort().join(", ");
  return `${faults.length === 0 ? "as expected" : `${faults.length} NOT AS EXPECTED`}; ${outcomes}; lacks ${absent || "nothing"}`;
}

/** The page tells of a whole run alone. */
function updatePage(matrix: MatrixReport, { names, short, write, root, say }: MatrixOptions): void {
  if (short || names.length > 0) return;
  const file = join(root, "docs/compatibility.md");
  const page = existsSync(file) ? readFileSync(file, "utf8") : "";
  const updated = replaceTables(page, renderTables(matrix));
  if (updated === page) return;
  if (write) writeFileSync(file, updated);
  say(
    write
      ? "\ndocs/compatibility.md was written."
      : "\ndocs/compatibility.md tells of an older run: --write brings it up to date.",
  );
}
