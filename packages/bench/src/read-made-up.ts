import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buildGraph, type NamespaceGraph, type Observation } from "@ns-graph/graph";
import { jsonRenderer, readDocument } from "@ns-graph/render-json";
import { makeHost } from "@ns-graph/testkit";

/** What it cost to read a document, in seconds of CPU time. */
export interface ReadCost {
  /** To read the file and make a graph of it. */
  readonly read: number;
  /** To read the file and parse it as JSON. */
  readonly parse: number;
}

const ROUNDS = 5;
/** Processes in one namespace of a machine. */
const CROWD = 10;

/**
 * Reads the document of a made-up machine, and parses it as JSON alone, in turn. To be run in a process of its own, with
 * --expose-gc: each begins with the heap cleared, so that nobody pays for what another one left.
 */
export function readMadeUp(processes: number): ReadCost {
  const directory = mkdtempSync(join(tmpdir(), "ns-graph-bench-"));
  const file = join(directory, "machine.json");
  try {
    writeMadeUp(processes, file);
    const candidates = {
      read: () => readDocument(readFileSync(file)),
      parse: () => JSON.parse(readFileSync(file, "utf8")) as unknown,
    };
    const cost = { read: 0, parse: 0 };
    for (let round = 0; round < ROUNDS; round++) {
      for (const name of round % 2 === 0 ? (["parse", "read"] as const) : (["read", "parse"] as const)) {
        cost[name] += seconds(candidates[name]);
      }
    }
    return cost;
  } finally {
    rmSync(directory, { recursive: true });
  }
}

function seconds(action: () => unknown): number {
  globalThis.gc?.();
  const before = process.cpuUsage();
  action();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1e6;
}

/** Writes a document with what `ns-graph --format json` asks of each process. */
function writeMadeUp(processes: number, file: string): void {
  const graph = buildGraph(observe(makeHost({ processes, namespaces: processes / CROWD })));
  const surface = { color: false, columns: undefined, unicode: true };
  writeFileSync(file, [...(jsonRenderer.render(graph, {}, surface) as Iterable<string>)].join(""));
}

function* observe(host: NamespaceGraph): Generator<Observation, void, undefined> {
  yield { kind: "frame", frame: host.frame };
  for (const namespace of host.namespaces()) yield { kind: "namespace", namespace };
  for (const process of host.processes()) {
    const id = (process.namespaces.mnt ?? "").slice(2).padStart(64, "0");
    const known = { state: "S", pids: [process.pid], cgroup: `/system.slice/docker-${id}.scope` };
    yield { kind: "process", process: { ...process, ...known } };
  }
}
