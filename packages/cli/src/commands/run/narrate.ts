import {
  describeMapRange,
  linkedId,
  type Membership,
  NAMESPACE_TYPES,
  type Namespace,
  type NamespaceGraph,
  namespaceName,
  printable,
} from "@ns-graph/graph";
import { wrap } from "../../output/text-columns.js";
import type { RunPlan } from "./plan.js";

const WIDTH = 80;
/** Cells that a label takes, with the gap. */
const LABEL = 8;

/** Explains to somebody who wants to learn how namespaces work: which PIDs there are, what is new, and who owns it. */
export function narrate(graph: NamespaceGraph, plan: RunPlan, parent: number, child: number): string {
  const before = graph.process(parent)?.namespaces ?? {};
  const after = graph.process(child)?.namespaces ?? {};
  const fresh = NAMESPACE_TYPES.filter((type) => after[type] !== undefined && after[type] !== before[type]);
  const same = NAMESPACE_TYPES.filter((type) => after[type] !== undefined && after[type] === before[type]);
  const lines = [
    `parent  PID ${parent}`,
    `child   ${describePids(graph, child)}`,
    ...fresh.flatMap((type, i) => {
      const namespace = graph.namespace(after[type] ?? "");
      if (namespace === undefined) return [];
      const label = i === 0 ? "new" : "";
      const [first = "", ...more] = describeNew(graph, namespace, before);
      return [`${label.padEnd(LABEL)}${first}`, ...more.map((line) => `${" ".repeat(10)}${line}`)];
    }),
    ...(same.length === 0 ? [] : [`same    ${same.join(", ")}`]),
    ...(fresh.includes("pid") ? describeProc(plan, child) : []),
  ];
  return `${lines.map(printable).flatMap(fold).join("\n")}\n`;
}

/** A line broken between words, the rest under what stands beside the label. */
function fold(line: string): readonly string[] {
  const indent = Math.max(LABEL, line.search(/\S/));
  const rest = wrap(line.slice(indent), WIDTH - indent);
  return rest.map((part, index) => (index === 0 ? line.slice(0, indent) : " ".repeat(indent)) + part);
}

function describePids(graph: NamespaceGraph, child: number): string {
  const pids = graph.process(child)?.pids ?? [];
  const inside = pids.length > 1 ? pids.at(-1) : undefined;
  return inside === undefined ? `PID ${child}` : `PID ${child} outside, ${inside} inside`;
}

function describeNew(graph: NamespaceGraph, namespace: Namespace, before: Membership): readonly string[] {
  const owner = linkedId(namespace.owner);
  if (namespace.type === "user")
    return [`${namespaceName(namespace)}  child of ${nameOf(graph, owner, before)}`, ...describeMaps(graph, namespace)];
  return [`${namespaceName(namespace)}  owned by ${nameOf(graph, owner, before)}`];
}

/** The owner, and whose it is: that is where capabilities over the namespace count. */
function nameOf(graph: NamespaceGraph, id: string | undefined, before: Membership): string {
  const namespace = graph.namespace(id ?? "");
  if (namespace === undefined) return "a user namespace that can't be seen from here";
  const whose = id === before.user ? (namespace.initial ? "the initial one" : "the parent's") : "the new one";
  return `${namespaceName(namespace)}, ${whose}`;
}

function describeMaps(graph: NamespaceGraph, { uidMap, gidMap }: Namespace): readonly string[] {
  const noUids = "no uid is mapped, so inside everybody is 65534 (see --map-root-user)";
  const noGids = "no gid is mapped, so inside every group is 65534";
  return [
    ...(uidMap?.length === 0 ? [noUids] : (uidMap ?? []).map((range) => describeMapRange(graph, "uid", range))),
    ...(gidMap?.length === 0 ? [noGids] : (gidMap ?? []).map((range) => describeMapRange(graph, "gid", range))),
  ];
}

function describeProc({ mountProc }: RunPlan, child: number): readonly string[] {
  const proc = mountProc
    ? ["/proc   mounted anew for the child: it sees itself as 1, and nobody outside"]
    : [
        `/proc   still that of the parent: there the child is ${child}, and it would not know itself as 1`,
        "        To see its own processes it needs a new one: --mount-proc",
      ];
  return [
    ...proc,
    "init    As PID 1 the child is not ended by signals that it does not handle; with it, all others inside end",
  ];
}
