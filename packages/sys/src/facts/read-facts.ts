import type { Fact, NamespaceFacts, NamespaceId, NamespaceType, Problem } from "@ns-graph/graph";
import type { ScanContext } from "../scan/scan-context.js";
import { cgroupRoot } from "./cgroup-root.js";
import { type FactReader, type FactSubject, Member } from "./fact-reader.js";
import { hostname } from "./hostname.js";
import { init } from "./init.js";
import { maps } from "./maps.js";
import { mounts } from "./mounts.js";
import { networkInterfaces } from "./network-interfaces.js";
import { timeOffsets } from "./time-offsets.js";

/** Every fact of namespaces that can be read. */
export const READERS: readonly FactReader[] = [
  cgroupRoot,
  hostname,
  init,
  maps,
  mounts,
  networkInterfaces,
  timeOffsets,
];

/** What was read of a namespace. */
export interface ReadFacts {
  readonly facts: NamespaceFacts;
  readonly problems: readonly Problem[];
}

/** Reads the facts of a namespace that were asked for, through processes and threads that lead to it for certain. */
export function readFacts(
  context: ScanContext,
  id: NamespaceId,
  type: NamespaceType,
  members: readonly number[],
  facts: ReadonlySet<Fact>,
): ReadFacts {
  const leading = [...members, ...context.leading.to(id)];
  const subject: FactSubject = { id, type, isOwn: context.own[type] === id, members: leading };
  const read = READERS.filter((reader) => reader.type === type && facts.has(reader.fact)).map((reader) =>
    readFact(context, subject, reader),
  );
  return {
    facts: Object.assign({}, ...read.map((one) => one.facts)),
    problems: read.flatMap(({ problems }) => problems),
  };
}

function readFact(context: ScanContext, subject: FactSubject, reader: FactReader): ReadFacts {
  const seen = reader.look?.(context, subject);
  if (seen !== undefined) return { facts: seen, problems: [] };
  for (const pid of subject.members) {
    const member = Member.open(context, subject, pid, reader.link);
    if (member === undefined) continue;
    const facts = reader.ask(member);
    member.close();
    if (facts !== undefined) return { facts, problems: member.problems };
  }
  const { id, type } = subject;
  const missing: Problem = { code: "FACT_UNAVAILABLE", what: reader.what, namespace: id, type };
  return { facts: {}, problems: reader.isOptional ? [] : [missing] };
}
