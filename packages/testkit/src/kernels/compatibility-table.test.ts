import { expect, test } from "vitest";
import { renderTables, replaceTables } from "./compatibility-table.js";
import { EXPECTATIONS, expectedOf } from "./expectations.js";
import type { GuestReport } from "./guest-report.js";
import { parseKernelVersion } from "./kernel-version.js";
import { judgeReport } from "./verdict.js";

/** A report of a kernel that shows exactly what is expected of it. */
function reportOf(version: string): GuestReport {
  const findings = EXPECTATIONS.map((expectation) => {
    const { outcome, by = [] } = expectedOf(expectation, parseKernelVersion(version));
    return { id: expectation.id, outcome, by };
  });
  const absent = version.startsWith("5") ? { listns: "ENOSYS" } : {};
  return { release: `${version}-cloud`, architecture: "x64", node: "v20.0.0", findings, absent, problems: [] };
}

const rows = ["5.10.262", "6.12.43", "7.3.4"].map((version) => ({
  version: parseKernelVersion(version),
  report: reportOf(version),
}));

test("the tables have every finding, each kernel and what was missing", () => {
  const tables = renderTables({ rows, missing: ["6.19"] });
  for (const { id } of EXPECTATIONS) expect(tables).toContain(`| ${id} |`);
  expect(tables).toContain("| what was made | 5.10.262 | 6.12.43 | 7.3.4 |");
  expect(tables).toContain("| in flight | – | – | listns |");
  expect(tables).toContain("| one descriptor | fd |");
  expect(tables).toContain("| 5.10.262-cloud | listns (ENOSYS) |");
  expect(tables).toContain("| 7.3.4-cloud | nothing |");
  expect(tables).toContain("Not to be had when this was written: 6.19.");
});

test("only what stands between the marks is replaced", () => {
  const page = "# Title\n<!-- kernels:begin -->\nold\n<!-- kernels:end -->\nrest\n";
  const replaced = replaceTables(page, "new");
  expect(replaced).toBe("# Title\n<!-- kernels:begin -->\n\nnew\n\n<!-- kernels:end -->\nrest\n");
  expect(replaceTables(replaced, "new")).toBe(replaced);
  expect(() => replaceTables("# Title\n", "new")).toThrow("kernels:begin");
});

test("a kernel that shows what is expected passes, and one that differs does not", () => {
  for (const { version, report } of rows) {
    expect(judgeReport(report, version).filter(({ fault }) => fault !== undefined)).toEqual([]);
  }
  const [old] = rows;
  if (old === undefined) throw new Error("there is no row");
  // What only a later kernel shows, what is found another way, what was not tried, and what nobody expects.
  const findings = old.report.findings
    .filter(({ id }) => id !== "sockets")
    .map((finding) => {
      if (finding.id === "in flight") return { ...finding, outcome: "found" as const };
      if (finding.id === "one descriptor") return { ...finding, by: ["task" as const] };
      return finding;
    });
  const report = { ...old.report, findings: [...findings, { id: "a stranger", outcome: "found" as const, by: [] }] };
  const faults = judgeReport(report, old.version).filter(({ fault }) => fault !== undefined);
  expect(faults.map(({ id }) => id).sort()).toEqual(["a stranger", "in flight", "one descriptor", "sockets"]);
});

test("nothing is ever expected to be missed in silence", () => {
  const outcomes = new Set(EXPECTATIONS.flatMap(({ steps }) => steps.map(({ outcome }) => outcome)));
  expect([...outcomes].sort()).toEqual(["found", "partly", "reported"]);
});
