import type { Evidence } from "../model/evidence.js";
import type { NamespaceType } from "../model/namespace-type.js";
import type { Process } from "../model/process.js";

/** How a sandbox that has no cgroup of its own is recognised: by the process that leads it and by what it is kept apart in. */
export interface SandboxRule {
  readonly engine: string;
  /** The name of the leading process. It may give itself any. */
  readonly comm: RegExp;
  /** What its command line has to say, where it was read. It may write anything there. */
  readonly commandLine?: RegExp;
  /** The types of which it has to have other namespaces than the machine's. */
  readonly apart: readonly NamespaceType[];
  /** The file names of the programs that bear it out. */
  readonly program: RegExp;
}

const CHROMIUM_PROGRAM =
  /^(?:chrome|chromium(?:-browser)?|google-chrome|msedge|brave|opera|vivaldi-bin|electron|nacl_helper)$/;

/** Every rule; the first that fits counts. */
export const SANDBOX_RULES: readonly SandboxRule[] = [
  // bwrap stays as the first process of what it starts, or as its parent.
  { engine: "bubblewrap", comm: /^bwrap$/, apart: ["mnt"], program: /^(?:flatpak-)?bwrap$/ },
  { engine: "firejail", comm: /^firejail$/, apart: ["mnt"], program: /^firejail$/ },
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

/** The sandbox that a process leads; undefined where none is recognised. */
export function sandboxOf(leader: Process, isApart: (type: NamespaceType) => boolean): Sandbox | undefined {
  const rule = SANDBOX_RULES.find((one) => fits(one, leader) && one.apart.every(isApart));
  return rule && { engine: rule.engine, borneOut: bearOut(rule, leader) };
}

function bearOut({ program }: SandboxRule, { executable }: Process): Evidence {
  const { path, borneOut = "unknown" } = executable ?? {};
  if (borneOut !== "yes" || path === undefined) return borneOut === "no" ? "no" : "unknown";
  return program.test(path.slice(path.lastIndexOf("/") + 1)) ? "yes" : "no";
}
