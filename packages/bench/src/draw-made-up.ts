import { buildGraph, type NamespaceGraph, type Observation, selectTypes } from "@ns-graph/graph";
import { jsonRenderer } from "@ns-graph/render-json";
import { type HostSize, makeHost } from "@ns-graph/testkit";

/** What it cost to draw a made-up machine. */
export interface DrawCost extends HostSize {
  /** Seconds from observations to a graph. */
  readonly build: number;
  /** Seconds to cut it down to some types. */
  readonly select: number;
  /** Seconds to write the whole as JSON. */
  readonly render: number;
  /** Bytes of JSON. */
  readonly bytes: number;
  /** Peak of resident memory of all of it in bytes, with the making up. */
  readonly peak: number;
}

/** Builds, selects and renders a made-up machine. To be run in a process of its own, whose memory is measured. */
export function drawMadeUp(size: HostSize): DrawCost {
  const host = makeHost(size);
  const start = performance.now();
  const graph = buildGraph(observe(host));
  const built = performance.now();
  const selected = selectTypes(graph, ["net", "pid"]);
  const done = performance.now();
  let bytes = 0;
  const surface = { color: false, columns: undefined, unicode: true };
  for (const chunk of jsonRenderer.render(graph, {}, surface) as Iterable<string>) bytes += Buffer.from(chunk).length;
  const rendered = performance.now();
  if (selected.processes().length !== size.processes) throw new Error("a process was lost");
  return {
    ...size,
    build: (built - start) / 1000,
    select: (done - built) / 1000,
    render: (rendered - done) / 1000,
    bytes,
    peak: process.resourceUsage().maxRSS * 1024,
  };
}

function* observe(host: NamespaceGraph): Generator<Observation, void, undefined> {
  yield { kind: "frame", frame: host.frame };
  for (const process of host.processes()) yield { kind: "process", process };
  for (const namespace of host.namespaces()) yield { kind: "namespace", namespace };
}
