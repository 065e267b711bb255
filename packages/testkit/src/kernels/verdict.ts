import { EXPECTATIONS, expectedOf } from "./expectations.js";
import type { FindingReport, GuestReport } from "./guest-report.js";
import type { KernelVersion } from "./kernel-version.js";

/** Whether one finding came out as expected of that kernel. */
export interface Verdict {
  readonly id: string;
  /** What differs from what was expected; undefined where nothing does. */
  readonly fault: string | undefined;
}

/** Compares what a guest found with what its kernel should show. What was not tried is a fault, and so is what nobody expects. */
export function judgeReport(report: GuestReport, version: KernelVersion): Verdict[] {
  const findings = new Map(report.findings.map((finding) => [finding.id, finding]));
  const verdicts = EXPECTATIONS.map((expectation): Verdict => {
    const { id } = expectation;
    const finding = findings.get(id);
    if (finding === undefined) return { id, fault: "it was not tried" };
    const { outcome, by = [] } = expectedOf(expectation, version);
    const lacking = by.filter((way) => !finding.by.includes(way));
    if (finding.outcome === outcome && lacking.length === 0) return { id, fault: undefined };
    return { id, fault: `${describe(finding)}; expected: ${outcome}${by.length > 0 ? ` by ${by.join(", ")}` : ""}` };
  });
  const known = new Set(EXPECTATIONS.map(({ id }) => id));
  const strangers = report.findings.filter(({ id }) => !known.has(id));
  return [...verdicts, ...strangers.map(({ id }): Verdict => ({ id, fault: "nothing is expected of it" }))];
}

function describe({ outcome, by, why }: FindingReport): string {
  return `${outcome}${by.length > 0 ? ` by ${by.join(", ")}` : ""}${why === undefined ? "" : ` (${why})`}`;
}
