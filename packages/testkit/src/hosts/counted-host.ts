import { assembleGraph, type NamespaceGraph, type NamespaceId, type Pin, type Process } from "@ns-graph/graph";
import { HostBuilder } from "./host-builder.js";

/** A machine with a namespace that no process is in, and what holds it: one descriptor that stands for nine more. */
export interface CountedHost {
  readonly graph: NamespaceGraph;
  readonly id: NamespaceId;
  readonly pid: number;
}

/** Such a machine; with `others`, as many other namespaces that the same process holds by one descriptor for nine more. */
export function countedHost({ others = 0 } = {}): CountedHost {
  const host = new HostBuilder({ hostname: "counted" });
  host.process({ pid: 1, ppid: 0, comm: "init" });
  const pid = host.process({ pid: 5, comm: "keeper" });
  const id = host.namespace("net");
  host.pin({ kind: "fd", namespace: id, pid, fd: 3, more: 9 });
  for (let i = 0; i < others; i++)
    host.pin({ kind: "fd", namespace: host.namespace("uts"), pid, fd: 100 + i, more: 9 });
  return { graph: host.build(), id, pid };
}

/** The same machine with these pins instead of its own, and perhaps other processes. */
export function withPins(
  graph: NamespaceGraph,
  pins: readonly Pin[],
  processes: readonly Process[] = graph.processes(),
): NamespaceGraph {
  return assembleGraph({ frame: graph.frame, namespaces: graph.namespaces(), processes, pins, problems: [] });
}
