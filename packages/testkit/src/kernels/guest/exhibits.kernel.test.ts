import { release } from "node:os";
import { buildGraph, PIN_KINDS, survey } from "@ns-graph/graph";
import { createProbe } from "@ns-graph/sys";
import { expect, test } from "vitest";
import { checkDescriptors } from "../../contract/check-descriptors.js";
import { makeKeeper, requireNamespaces, requireRoot } from "../../real/index.js";
import { EXPECTATIONS, expectedOf } from "../expectations.js";
import { INTERFACES } from "../guest-report.js";
import { parseKernelVersion } from "../kernel-version.js";
import { makeExhibits } from "./make-exhibits.js";
import { RecordingProbe } from "./recording-probe.js";

checkDescriptors();

/** Exhibits of every kind of pin. */
const OF_KINDS: Readonly<Record<(typeof PIN_KINDS)[number], readonly string[]>> = {
  thread: ["a thread of its own"],
  fd: ["one descriptor"],
  socket: ["sockets"],
  file: ["a watch", "a registered file", "a tree of mounts"],
  mount: ["two names"],
  "for-children": ["PID namespace whose init was reaped"],
  unseen: ["in flight"],
};

test.for(PIN_KINDS)("the exhibits have a pin of the kind %s, and the ways to it are noted", async (kind, context) => {
  requireRoot(context);
  requireNamespaces(context, "user", "pid", "net", "mnt", "uts");
  await using keeper = await makeKeeper();
  const exhibits = await makeExhibits(keeper, (id) => OF_KINDS[kind].includes(id));
  expect(exhibits.map(({ id }) => id).sort()).toEqual([...OF_KINDS[kind]].sort());
  const probe = new RecordingProbe(createProbe());
  try {
    const graph = buildGraph(survey(probe));
    for (const { id, namespaces, judge } of exhibits) {
      const expectation = EXPECTATIONS.find((one) => one.id === id);
      if (expectation === undefined) throw new Error(`nothing is expected of ${id}`);
      const { outcome, by = [] } = expectedOf(expectation, parseKernelVersion(release()));
      const ways = new Set(namespaces.flatMap((namespace) => probe.waysTo(namespace.id)));
      expect({ id, ...judge(graph) }).toEqual(expect.objectContaining({ id, outcome }));
      expect(INTERFACES.filter((way) => ways.has(way))).toEqual(expect.arrayContaining([...by]));
      if (outcome !== "found") continue;
      for (const namespace of namespaces) expect(graph.pins(namespace.id).map((pin) => pin.kind)).toContain(kind);
    }
  } finally {
    probe.close();
  }
});
