import { EXPECTATIONS, type Expectation } from "./expectations.js";
import type { FindingReport, GuestReport } from "./guest-report.js";
import { formatKernelVersion, type KernelVersion } from "./kernel-version.js";

/** A row of the matrix that was run. */
export interface RowReport {
  readonly version: KernelVersion;
  readonly report: GuestReport;
}

/** Everything a run found out. */
export interface MatrixReport {
  readonly rows: readonly RowReport[];
  /** Names of rows that had no kernel. */
  readonly missing: readonly string[];
}

const BEGIN = "<!-- kernels:begin -->";
const END = "<!-- kernels:end -->";

const findingOf = (report: GuestReport, id: string): FindingReport | undefined =>
  report.findings.find((finding) => finding.id === id);

function cell(finding: FindingReport | undefined): string {
  if (finding === undefined) return "not tried";
  const { outcome, by } = finding;
  if (outcome === "reported") return "–";
  if (outcome === "found") return by.length > 0 ? by.join(", ") : "yes";
  return [...by, outcome].join(", ");
}

function table(heads: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
  return [line(heads), line(heads.map(() => "---")), ...rows.map(line)].join("\n");
}

/** The tables of docs/compatibility.md: the same findings give the same text. */
export function renderTables({ rows, missing }: MatrixReport): string {
  const cellsOf = ({ id }: Expectation): string[] => rows.map(({ report }) => cell(findingOf(report, id)));
  const isSame = (expectation: Expectation): boolean => new Set(cellsOf(expectation)).size === 1;
  const same = EXPECTATIONS.filter(isSame);
  const different = EXPECTATIONS.filter((expectation) => !isSame(expectation));
  const kernels = rows.map(({ version }) => formatKernelVersion(version));
  const absent = rows.map(({ report }) => {
    const names = Object.entries(report.absent).map(([what, errno]) => `${what} (${errno})`);
    return [report.release, names.sort().join(", ") || "nothing"];
  });
  const parts = [
    `The same on all of ${kernels.join(", ")}:`,
    table(
      ["what was made", "found by"],
      same.map((expectation) => [expectation.id, cellsOf(expectation)[0] ?? ""]),
    ),
    "Different from kernel to kernel:",
    table(
      ["what was made", ...kernels],
      different.map((expectation) => [expectation.id, ...cellsOf(expectation)]),
    ),
    "What each kernel was found to lack, by the errno that said so:",
    table(["kernel", "lacks"], absent),
  ];
  if (missing.length > 0) parts.push(`Not to be had when this was written: ${missing.join(", ")}.`);
  return parts.join("\n\n");
}

/** A page with its tables replaced. */
export function replaceTables(page: string, tables: string): string {
  const begin = page.indexOf(BEGIN);
  const end = page.indexOf(END);
  if (begin < 0 || end < begin) throw new Error(`the page has no ${BEGIN} … ${END}`);
  return `${page.slice(0, begin + BEGIN.length)}\n\n${tables}\n\n${page.slice(end)}`;
}
