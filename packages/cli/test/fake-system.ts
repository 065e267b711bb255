import { type AnyRenderer, containerKey, defineRenderer, NsGraphError } from "@ns-graph/graph";
import { type FakeProbe, fakeKernel, type KernelSpec } from "@ns-graph/testkit";
import type { PathFinding } from "../src/commands/lookup.js";
import { main } from "../src/main.js";
import { descriptorSink } from "../src/output/sink.js";
import type { PluginLoader } from "../src/plugins/formats.js";
import type { System } from "../src/system.js";

/** A machine with a process in a network namespace of its own, a namespace by name only, and one unreadable process. */
const KERNEL: KernelSpec = {
  namespaces: {
    "net-a": { type: "net" },
    "net-b": { type: "net" },
    "user-a": { type: "user", ownerUid: 1000 },
    "pid-a": { type: "pid", owner: "user-a" },
  },
  processes: [
    { pid: 1, comm: "init", cgroup: "/init.scope", commandLine: "/sbin/init" },
    { pid: 2, ppid: 0, comm: "kthreadd", kernelThread: true },
    { pid: 7, ppid: 1, comm: "server", in: { net: "net-a" } },
    { pid: 8, ppid: 7, comm: "guest", in: { user: "user-a", pid: "pid-a" }, pids: [8, 1] },
    { pid: 9, ppid: 1, comm: "secret", errno: "EACCES" },
  ],
  mounts: [{ path: "/run/netns/blue", holds: "net-b" }],
};

/** Whether a probe was closed. */
export function isClosed(probe: FakeProbe): boolean {
  try {
    probe.use();
    return false;
  } catch {
    return true;
  }
}

/** What a command line did. */
export interface Outcome {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
  /** What --output was given, by its path; undefined where nothing was completed. */
  readonly files: ReadonlyMap<string, string | undefined>;
  readonly probes: readonly FakeProbe[];
}

/** How the world around a command line differs from the usual. */
export interface World {
  readonly kernel?: KernelSpec;
  readonly env?: System["env"];
  readonly stdin?: string;
  readonly columns?: number;
  readonly plugins?: Readonly<Record<string, AnyRenderer | NsGraphError>>;
  /** The errno that writing to standard output fails with. */
  readonly stdoutFails?: string;
  /** What there is at a path; nothing by default. */
  readonly paths?: Readonly<Record<string, PathFinding>>;
  /** The processes of threads. */
  readonly threads?: Readonly<Record<number, number>>;
}

/** Runs a command line in a world where nothing is real. */
export async function runMain(line: string | readonly string[], world: World = {}): Promise<Outcome> {
  const files = new Map<string, string | undefined>();
  const probes: FakeProbe[] = [];
  let stdout = "";
  let stderr = "";
  const spec = world.kernel ?? KERNEL;
  const kernel = fakeKernel(spec);
  const system: System = {
    version: "1.2.3",
    env: world.env ?? { LANG: "C.UTF-8" },
    openPlugins: async () => fakePlugins(world.plugins ?? {}),
    describeStdout: () => ({ isTerminal: world.columns !== undefined, columns: world.columns }),
    openStdout: () =>
      descriptorSink(1, "standard output", (_fd, bytes) => {
        if (world.stdoutFails !== undefined) throw Object.assign(new Error("no"), { code: world.stdoutFails });
        stdout += Buffer.from(bytes).toString();
        return bytes.length;
      }),
    openOutput: async (path) => {
      files.set(path, undefined);
      let text = "";
      return {
        write: (chunk) => {
          text += typeof chunk === "string" ? chunk : Buffer.from(chunk).toString();
          return undefined;
        },
        close: async () => {
          files.set(path, text);
        },
        abort: () => undefined,
      };
    },
    readInput: async function* () {
      yield Buffer.from(world.stdin ?? "");
    },
    createProbe: async () => {
      const probe = kernel.probe();
      probes.push(probe);
      return probe;
    },
    openLookup: async () => ({
      identifyNamespace: (path) => {
        const mount = spec.mounts?.find((one) => one.path === path);
        return mount === undefined && path !== "/var/link" ? undefined : kernel.id(mount?.holds ?? "net-b");
      },
      describePath: (path) => world.paths?.[path] ?? { state: "nothing" },
      processOfThread: (tid) => world.threads?.[tid],
    }),
    findContainerNames: async (containers) =>
      Object.fromEntries(containers.map((one) => [containerKey(one), { name: `name of ${one.id?.slice(0, 4)}` }])),
    warn: (text) => {
      stderr += text;
    },
  };
  const args = typeof line === "string" ? line.split(" ").filter((word) => word !== "") : line;
  const status = await main(args, system);
  return { status, stdout, stderr, files, probes };
}

function fakePlugins(plugins: Readonly<Record<string, AnyRenderer | NsGraphError>>): PluginLoader {
  const load = async (name: string) => {
    const found = Object.hasOwn(plugins, name) ? plugins[name] : undefined;
    if (found instanceof NsGraphError) throw found;
    return found === undefined ? undefined : { renderer: found, origin: `ns-graph-render-${name}` };
  };
  return {
    names: async () => Object.keys(plugins),
    refusals: async () => [],
    loadPackage: load,
    guardDrawing: (_format, work) => work(),
    loadModule: async (path) => {
      const format = await load(path);
      if (format === undefined) throw new NsGraphError("NO_SUCH_FORMAT", `there is no module "${path}"`);
      return format;
    },
  };
}

/** A renderer that yields what it was given, as JSON. */
export const echo = defineRenderer<{ readonly shout: boolean; readonly title: string }>({
  name: "echo",
  summary: "what a renderer is given",
  mediaType: "application/json",
  extension: "json",
  flags: {
    shout: { type: "boolean", default: false, summary: "louder" },
    title: { type: "text", default: "", placeholder: "TEXT", summary: "what stands above" },
  },
  needs: () => [],
  *render(graph, options, surface) {
    yield JSON.stringify({
      view: graph.view,
      sources: graph.sources,
      namespaces: graph.namespaces().map(({ type, context }) => (context ? `(${type})` : type)),
      pids: graph.processes().map(({ pid }) => pid),
      facts: [...new Set(graph.processes().flatMap((process) => Object.keys(process)))],
      options,
      surface,
    });
  },
});
