import type { ContainerNames, Probe, Workload } from "@ns-graph/graph";
import type { ProbeOptions } from "@ns-graph/sys";
import type { Lookup } from "./commands/lookup.js";
import type { Sink } from "./output/sink.js";
import type { Terminal } from "./output/surface.js";
import type { PluginLoader } from "./plugins/formats.js";

/** All that the command touches of the world around it. */
export interface System {
  /** The version of this program. */
  readonly version: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** What finds formats beyond the built-in ones; loaded only where one is asked for. */
  openPlugins(): Promise<PluginLoader>;
  /** What standard output is. */
  describeStdout(): Terminal;
  /** Standard output. */
  openStdout(): Sink;
  /** The file that --output names, with the permissions that --mode gives. */
  openOutput(path: string, mode: number | undefined): Promise<Sink>;
  /** The bytes that --from names, in pieces that are good until the next is asked for. */
  readInput(path: string): AsyncIterable<Uint8Array>;
  /** What surveys this machine; `child` is a process that this one has started and that does not outlive it. */
  createProbe(options: ProbeOptions, child?: number): Promise<Probe>;
  /** What looks up paths and threads of this machine. */
  openLookup(): Promise<Lookup>;
  /** What engines call containers. */
  findContainerNames(containers: readonly Workload[]): Promise<ContainerNames>;
  /** Writes to standard error, as far as that takes it. */
  warn(text: string): void;
}
