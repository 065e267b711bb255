import { release } from "node:os";
import { buildGraph, type NamespaceGraph, survey } from "@ns-graph/graph";
import { createProbe } from "@ns-graph/sys";
import { expectNoLeak, makeKeeper } from "../../real/index.js";
import { type FindingReport, type GuestReport, INTERFACES } from "../guest-report.js";
import { makeExhibits } from "./make-exhibits.js";
import { askAsOthers } from "./other-viewers.js";
import { RecordingProbe } from "./recording-probe.js";

/*
 * Runs inside a guest: makes everything that can be found, looks for it, and prints a report as JSON.
 */

interface Look {
  readonly graph: NamespaceGraph;
  readonly probe: RecordingProbe;
}

/** One scan; a descriptor that is left open is a failure. */
function look(): Promise<Look> {
  return expectNoLeak(() => {
    const probe = new RecordingProbe(createProbe());
    try {
      return { graph: buildGraph(survey(probe, { facts: ["status", "cgroup", "maps", "time-offsets"] })), probe };
    } finally {
      probe.close();
    }
  });
}

// What is opened once and kept is opened now, so that it is not taken for a leak.
await look().catch(() => undefined);
const keeper = await makeKeeper();
const exhibits = await makeExhibits(keeper);
const { graph, probe } = await look();
const findings: FindingReport[] = exhibits.map(({ id, namespaces, judge }) => {
  const ways = new Set(namespaces.flatMap((namespace) => probe.waysTo(namespace.id)));
  return { id, ...judge(graph), by: INTERFACES.filter((way) => ways.has(way)) };
});
const absent = probe.remarks().map(({ what, code, errno }) => [what ?? code, errno ?? ""]);
const report: GuestReport = {
  release: release(),
  architecture: process.arch,
  node: process.version,
  findings: [...findings, ...(await askAsOthers(keeper, exhibits))],
  absent: Object.fromEntries(absent),
  problems: [...new Set(graph.problems().map(({ code }) => code))].sort(),
};
// What was started ends with this process: the machine is switched off anyway.
process.stdout.write(JSON.stringify(report), () => process.exit());
