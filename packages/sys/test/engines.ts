import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type RequestListener } from "node:http";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { type Workload, workloadOf } from "@ns-graph/graph";
import { afterEach, beforeEach } from "vitest";
import { ownAccess } from "../src/names/access.js";
import { type Asker, findNames } from "../src/names/find-container-names.js";

export const A = "a".repeat(64);
export const B = "b".repeat(64);
export const C = "c".repeat(64);
export const POD = "ccf19bc6-503b-4dd0-b33d-e5717fe6613c";
/** Where systemd has what the user 1000 runs. */
export const MANAGER = "/user.slice/user-1000.slice/user@1000.service";

/** Stands for `/`. */
export let root: string;
/** The user 1000. */
export let asker: Asker;
const servers: ReturnType<typeof createServer>[] = [];

/** Has a folder for each test in which engines may keep things, and sockets answer. */
export function makeEngines(): void {
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), "ns-graph-names-"));
    const trust = { uids: new Set([0, process.geteuid?.() ?? 0]), gids: new Set([0, process.getegid?.() ?? 0]) };
    const access = ownAccess(trust);
    const caller = {
      root: undefined,
      runtime: join(root, "run/user/1000"),
      home: join(root, "home/anna"),
      whose: 1000,
    };
    asker = { root, access, caller: { ...caller, access } };
  });
  afterEach(async () => {
    for (const server of servers.splice(0)) {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    }
    rmSync(root, { recursive: true });
  });
}

/** Writes a file there. */
export function put(path: string, content: unknown): string {
  const file = join(root, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, typeof content === "string" ? content : JSON.stringify(content));
  return file;
}

/** Listens at a socket there. */
export async function listen(path: string, answer: RequestListener): Promise<string> {
  const socket = join(root, path);
  mkdirSync(dirname(socket), { recursive: true });
  const server = createServer(answer);
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(socket, resolve));
  return socket;
}

/** Answers what is asked for as Docker does. */
export function answering(list: unknown): RequestListener {
  return (request, response) => {
    response.statusCode = request.url === "/containers/json?all=true" ? 200 : 404;
    response.end(JSON.stringify(list));
  };
}

/** Where engines keep containers of the machine, and of the user 1000. */
export const CGROUPS: Readonly<Record<string, (id: string) => string>> = {
  docker: (id) => `/system.slice/docker-${id}.scope`,
  podman: (id) => `/machine.slice/libpod-${id}.scope`,
  containerd: (id) => `/system.slice/nerdctl-${id}.scope`,
  "cri-o": (id) => `/kubepods.slice/kubepods-pod${POD.replaceAll("-", "_")}.slice/crio-${id}.scope`,
  kubernetes: (id) => `/kubepods/besteffort/pod${POD}/${id}`,
  lxc: (id) => `/lxc.payload.${id}`,
  "docker of 1000": (id) => `${MANAGER}/user.slice/docker-${id}.scope`,
  "podman of 1000": (id) => `${MANAGER}/user.slice/libpod-${id}.scope`,
};

/** The container in a cgroup. */
export function container(cgroup: string): Workload {
  const found = workloadOf({ pid: 1, namespaces: {}, cgroup });
  if (found === undefined) throw new Error(`${cgroup} names no workload`);
  return found;
}

/** Names of the containers in some cgroups. */
export function findAt(...cgroups: string[]) {
  return findNames(cgroups.map(container), asker, 2000);
}

/** Names of containers of one engine. */
export function find(engine: keyof typeof CGROUPS, ...ids: string[]) {
  return findAt(...ids.map((id) => CGROUPS[engine]?.(id) ?? ""));
}
