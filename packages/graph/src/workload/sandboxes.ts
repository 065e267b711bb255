import type { NamespaceType } from "../namespace-type.js";
import type { Process } from "../process.js";

/** How a sandbox that has no cgroup of its own is told: by the process that leads it and by what it is kept apart in. */
export interface SandboxRule {
  readonly engine: string;
  /** The name of the leading process. */
  readonly comm: RegExp;
  /** What its command line has to say, where it was read. */
  readonly commandLine?: RegExp;
  /** The types of which it has to have other namespaces than the machine's. */
  readonly apart: readonly NamespaceType[];
}

/** Every rule; the first that fits counts. */
export const SANDBOX_RULES: readonly SandboxRule[] = [
  // bwrap stays as the first process of what it starts, or as its parent.
  { engine: "bubblewrap", comm: /^bwrap$/, apart: ["mnt"] },
  { engine: "firejail", comm: /^firejail$/, apart: ["mnt"] },
  // The zygote and all that it forks; Electron's programs are Chromium under names of their own.
  {
    engine: "chromium",
    comm: /^/,
    commandLine: /(?:^| )--type=(?:zygote|renderer|utility|gpu-process|ppapi)(?: |$)/,
    apart: ["user"],
  },
  {
    engine: "chromium",
    comm: /^(?:chrome|chromium|chromium-browse|google-chrome|msedge|brave|opera|vivaldi-bin|electron|nacl_helper)$/,
    apart: ["user", "pid", "net"],
  },
  {
    engine: "firefox",
    comm: /^(?:Web Content|Isolated |Privileged Cont|WebExtensions|file:\/\/ Content|RDD Process|Utility Process|Socket Process|forkserver)/,
    apart: ["user"],
  },
];

/** The engine of the sandbox that a process leads; undefined where none is recognised. */
export function sandboxEngine(leader: Process, isApart: (type: NamespaceType) => boolean): string | undefined {
  const { comm = "", commandLine } = leader;
  return SANDBOX_RULES.find(
    (rule) =>
      rule.comm.test(comm) &&
      (rule.commandLine === undefined || (commandLine !== undefined && rule.commandLine.test(commandLine))) &&
      rule.apart.every(isApart),
  )?.engine;
}
