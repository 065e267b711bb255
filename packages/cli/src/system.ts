import type { ContainerNames, NamespaceId, Probe, Workload } from "@ns-graph/graph";
import type { ProbeOptions } from "@ns-graph/sys";
import type { PathFinding } from "./commands/describe-path.js";
import type { Sink } from "./output/sink.js";
import type { Target } from "./output/surface.js";
import type { PluginLoader } from "./plugins/formats.js";

/** All that the command touches of the world around it. */
export interface System {
  /** The version of this program. */
  readonly version: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly plugins: PluginLoader;
  /** What standard output is. */
  describeStdout(): Target;
  /** Standard output. */
  openStdout(): Sink;
  /** The file that --output names, with the permissions that --mode gives. */
  openOutput(path: string, mode: number | undefined): Promise<Sink>;
  /** The bytes that --from names. */
  readInput(path: string): AsyncIterable<Uint8Array>;
  /** What surveys this machine. */
  createProbe(options: ProbeOptions): Promise<Probe>;
  /** The id of the namespace that a path of this machine leads to; undefined where it leads to none. */
  identifyNamespace(path: string): NamespaceId | undefined;
  /** What there is at a path of this machine. */
  describePath(path: string): PathFinding;
  /** The process that a thread of this machine is of; undefined where the number is not that of a thread besides the main one. */
  processOfThread(tid: number): number | undefined;
  /** What engines call containers. */
  findContainerNames(containers: readonly Workload[]): Promise<ContainerNames>;
  /** Writes to standard error, as far as that takes it. */
  warn(text: string): void;
}
