import { release } from "node:os";
import { buildGraph, type NamespaceGraph, survey } from "@ns-graph/graph";
import { createProbe } from "@ns-graph/sys";
import { expectNoLeak, type Keeper, makeKeeper } from "../../real/index.js";
import type { FindingReport, GuestReport } from "../guest-report.js";
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

const keepers: Keeper[] = [];

async function startKeeper(): Promise<Keeper> {
  const keeper = await makeKeeper();
  keepers.push(keeper);
  return keeper;
}

try {
  // What is opened once and kept is opened now, so that it is not taken for a leak.
  await look().catch(() => undefined);
  const exhibits = await makeExhibits(startKeeper);
  const { graph, probe } = await look();
  const findings: FindingReport[] = exhibits.map(({ id, namespaces, judge }) => {
    const ways = new Set(namespaces.flatMap((namespace) => probe.waysTo(namespace.id)));
    return { id, ...judge(graph), by: [...ways] };
  });
  const absent = probe.remarks().map(({ what, code, errno }) => [what ?? code, errno ?? ""]);
  const report: GuestReport = {
    release: release(),
    architecture: process.arch,
    node: process.version,
    findings: [...findings, ...(await askAsOthers(await startKeeper(), exhibits))],
    absent: Object.fromEntries(absent),
    problems: [...new Set(graph.problems().map(({ code }) => code))].sort(),
  };
  process.stdout.write(JSON.stringify(report));
} finally {
  for (const keeper of keepers.reverse()) await keeper.stop();
}
