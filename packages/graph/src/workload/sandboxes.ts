import type { Evidence } from "../model/evidence.js";
import type { NamespaceType } from "../model/namespace-type.js";
import type { Process } from "../model/process.js";
import { runsProgram } from "./executable-evidence.js";
import { isUnit } from "./workload.js";
import { workloadOf } from "./workload-of.js";

/** How a sandbox that has no cgroup of its own is recognised: by the process that leads it and by what it is kept apart in. */
export interface SandboxRule {
  readonly engine: string;
  /** The name of the leading process. It may give itself any. */
  readonly comm: RegExp;
  /** What its command line has to say, where it was read. It may write anything there. */
  readonly commandLine?: RegExp;
  /** Where the command line says what it is called. It must not take more than linear time: anybody can write one. */
  readonly name?: RegExp;
  /** Where it says whom it serves: a PID, the path of a namespace, or the command that it starts. */
  readonly serves?: RegExp;
  /** Whether the command line of whoever has that name is worth a read. */
  readonly speaks?: true;
  /** The types of which it has to have other namespaces than the machine's. */
  readonly apart: readonly NamespaceType[];
  /** The file names of the programs that bear it out. */
  readonly program: RegExp;
  /** Whether they are programs of all sorts of people, so that only root's is borne out. */
  readonly byRoot?: true;
}

const CHROMIUM_PROGRAM =
  /^(?:chrome|chromium(?:-browser)?|google-chrome|msedge|brave|opera|vivaldi-bin|electron|nacl_helper)$/;

/** Every rule; the first that fits counts. */
export const SANDBOX_RULES: readonly SandboxRule[] = [
  // bwrap stays as the first process of what it starts, or as its parent.
  { engine: "bubblewrap", comm: /^bwrap$/, apart: ["mnt"], program: /^(?:flatpak-)?bwrap$/ },
  {
    engine: "firejail",
    comm: /^firejail$/,
    apart: ["mnt"],
    program: /^firejail$/,
    name: /^\S+(?: -\S+)*? --name=(\S+)/,
    speaks: true,
  },
  // A host is a shell that says so to be found by ps(1).
  {
    engine: "mininet",
    comm: /^bash$/,
    commandLine: /^bash --norc --noediting -is mininet:\S+$/,
    apart: ["net"],
    program: /^bash$/,
    byRoot: true,
    name: / mininet:(\S+)$/,
    speaks: true,
  },
  // What connects the network of those who may not connect it themselves. Its file may be built for a processor.
  {
    engine: "pasta",
    comm: /^(?:pasta|passt)(?:\.avx2)?$/,
    commandLine: /^(?:\S*\/)?pasta(?:\.avx2)?(?: |$)/,
    apart: ["user"],
    program: /^(?:pasta|passt)(?:\.avx2)?$/,
    serves: / (?:--netns[ =](?=\/)|-- |(?=\d+$))(\/\S+|\d+$|(?<= -- ).+)/,
    speaks: true,
  },
  { engine: "passt", comm: /^passt(?:\.avx2)?$/, apart: ["user"], program: /^passt(?:\.avx2)?$/ },
  {
    engine: "slirp4netns",
    comm: /^slirp4netns$/,
    apart: ["mnt"],
    program: /^slirp4netns$/,
    serves: / (\d+|\/\S+) [\w.-]+$/,
    speaks: true,
  },
  // Kernels of their own: gVisor's is a process, Kata's is in a virtual machine.
  {
    engine: "gvisor",
    comm: /^(?:runsc-\w+|gvisor_\w+|exe)$/,
    commandLine: /^runsc-(?:sandbox|gofer) /,
    apart: ["mnt"],
    program: /^runsc$/,
    name: / ([\w.-]+)$|\/([\w.-]+) --(?:controller|spec|mounts)-fd=/,
    speaks: true,
  },
  {
    engine: "kata",
    comm: /^(?:qemu-system-\w*|cloud-hyperviso|firecracker)$/,
    commandLine: / -name sandbox-|\/run\/vc\/(?:vm|firecracker)\//,
    apart: ["net"],
    program: /^(?:qemu-system-\w+|cloud-hypervisor|firecracker)$/,
    name: / -name sandbox-([\w.-]+)|\/run\/vc\/(?:vm|firecracker)\/([\w.-]+)\//,
    speaks: true,
  },
  // The zygote and all that it forks; Electron's programs are Chromium under names of their own.
  {
    engine: "chromium",
    comm: /^/,
    commandLine: /(?:^| )--type=(?:zygote|renderer|utility|gpu-process|ppapi)(?: |$)/,
    apart: ["user"],
    program: CHROMIUM_PROGRAM,
  },
  {
    engine: "chromium",
    comm: /^(?:chrome|chromium|chromium-browse|google-chrome|msedge|brave|opera|vivaldi-bin|electron|nacl_helper)$/,
    apart: ["user", "pid", "net"],
    program: CHROMIUM_PROGRAM,
  },
  {
    engine: "firefox",
    comm: /^(?:Web Content|Isolated |Privileged Cont|WebExtensions|file:\/\/ Content|RDD Process|Utility Process|Socket Process|forkserver)/,
    apart: ["user"],
    program: /^(?:firefox(?:-esr|-bin)?|plugin-container)$/,
  },
];

/** Who made a sandbox, as its leading process says, and whether that is so. */
export interface Sandbox {
  readonly engine: string;
  readonly borneOut: Evidence;
  /** What it is called, as the command line of its leader says. Hostile text. */
  readonly name?: string;
  /** Whom it serves, as the command line of its leader says: a PID, a path, a command. Hostile text. */
  readonly serves?: string;
}

/** What a process says of itself. */
export type Speaker = Pick<Process, "comm" | "commandLine">;

function fits({ comm: name, commandLine: said }: SandboxRule, { comm = "", commandLine }: Speaker): boolean {
  return name.test(comm) && (said === undefined || (commandLine !== undefined && said.test(commandLine)));
}

/** Whether a process has a name, or a command line, by which sandboxes are recognised: its executable shows more then. */
export function mayLeadSandbox(process: Speaker): boolean {
  return SANDBOX_RULES.some((rule) => fits(rule, process));
}

/** Whether a process has a name by which sandboxes are recognised whose command lines show more, and no cgroup does. */
export function mayNameSandbox(process: Process): boolean {
  const { comm = "" } = process;
  if (!SANDBOX_RULES.some((rule) => rule.speaks && rule.comm.test(comm))) return false;
  const workload = workloadOf(process);
  return workload === undefined || isUnit(workload.kind);
}

/** The sandbox that a process leads; undefined where none is recognised. */
export function sandboxOf(leader: Process, isApart: (type: NamespaceType) => boolean): Sandbox | undefined {
  const rule = SANDBOX_RULES.find((one) => fits(one, leader) && one.apart.every(isApart));
  if (rule === undefined) return undefined;
  const name = firstGroup(rule.name, leader);
  const serves = firstGroup(rule.serves, leader);
  return {
    engine: rule.engine,
    borneOut: rule.byRoot && leader.uid !== 0 ? "no" : runsProgram(leader, rule.program),
    ...(name === undefined ? {} : { name }),
    ...(serves === undefined ? {} : { serves }),
  };
}

/** So much of a command line is looked through for a name. */
const LONGEST_SAYING = 16_384;

function firstGroup(pattern: RegExp | undefined, { commandLine = "" }: Speaker): string | undefined {
  return pattern
    ?.exec(commandLine.slice(0, LONGEST_SAYING))
    ?.slice(1)
    .find((group) => group !== undefined);
}
