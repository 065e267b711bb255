import { arrange, type NamespaceGraph, nameContainers, type View } from "@ns-graph/graph";
import { HostBuilder } from "@ns-graph/testkit";
import { describe, expect, test, vi } from "vitest";
import { documentOf } from "./document-of.js";
import { DRAWING, drawPlain } from "./draw-plain.js";

vi.setConfig({ testTimeout: 120_000 });

const ID = "0123456789ab".padEnd(64, "f");
const TREES: readonly View["tree"][] = ["owner", "workload"];

/** Root's container, and what a user and another container call after it; a sandbox that is one, and one that says so. */
function contestedHost(): NamespaceGraph {
  const host = new HostBuilder({ users: { names: { "0": "root", "1000": "anna" } } });
  host.process({ pid: 1, ppid: 0, comm: "init" });
  const add = (comm: string, cgroup: string, program?: string) =>
    host.process({
      comm,
      cgroup,
      uid: 1000,
      in: host.unshare(["mnt", "net", "pid"]),
      ...(program === undefined ? {} : { program }),
    });
  add("real", `/system.slice/docker-${ID}.scope`);
  add("taken", `/user.slice/user-1000.slice/user@1000.service/app.slice/docker-${ID}.scope`);
  add("nested", `/lxc.payload.c1/docker/${ID}`);
  add("bwrap", "/user.slice/user-1000.slice/session-3.scope", "/usr/bin/bwrap");
  add("firejail", "/user.slice/user-1000.slice/session-3.scope");
  return nameContainers(host.build(), { [ID]: { name: "payroll" } });
}

/** Three sandboxes, two of which run the same. */
function sandboxes(): NamespaceGraph {
  const host = new HostBuilder();
  host.process({ pid: 1, ppid: 0, comm: "init" });
  for (const comm of ["sleep", "sleep", "vim"]) {
    const inside = host.unshare(["mnt", "net"]);
    const leader = host.process({ comm: "bwrap", uid: 1000, program: "/usr/bin/bwrap", in: inside });
    host.process({ ppid: leader, comm, uid: 1000, in: inside });
  }
  return host.build();
}

describe.each(DRAWING.map((renderer) => [renderer.name, renderer] as const))("%s", (_name, renderer) => {
  test.each(TREES)("says whose a workload is, with the tree of %s", async (tree) => {
    const text = await drawPlain(renderer, arrange(contestedHost(), { tree }));
    expect(text).toContain("docker payroll (0123456789ab)");
    expect(text).toContain("docker of anna 0123456789ab");
    expect(text).toContain("docker (in lxc c1) 0123456789ab");
    expect(text).not.toMatch(/docker (?:of anna|\(in lxc c1\)) payroll/);
    if (tree !== "workload") return;
    expect(text).toMatch(/bubblewrap \d+ bwrap/);
    expect(text).toMatch(/calls itself firejail \d+ firejail/);
  });
});

describe.each(DRAWING.map((renderer) => [renderer.name, renderer] as const))("%s", (_name, renderer) => {
  test.each(TREES)("says what runs in a sandbox, with the tree of %s", async (tree) => {
    const text = await drawPlain(renderer, arrange(sandboxes(), { tree }));
    expect(text).toContain("bubblewrap vim");
    // Two that run the same are told apart.
    expect(text).toContain("bubblewrap 3 sleep");
    expect(text).toContain("bubblewrap 5 sleep");
  });
});

test("JSON has it as data", () => {
  const { workloads } = JSON.parse(documentOf(contestedHost())) as {
    readonly workloads: readonly { readonly [member: string]: unknown }[];
  };
  expect(workloads.map(({ kind, engine, borneOut, workload }) => ({ kind, engine, borneOut, workload }))).toMatchObject(
    [
      { kind: "machine" },
      { workload: { id: ID, name: "payroll", borneOut: "yes" } },
      { workload: { id: ID, user: 1000, borneOut: "no" } },
      { workload: { id: ID, inside: { name: "c1", borneOut: "yes" }, borneOut: "no" } },
      { kind: "sandbox", engine: "bubblewrap", borneOut: "yes" },
      { kind: "sandbox", engine: "firejail", borneOut: "unknown" },
    ],
  );
});

test("JSON says who runs in a sandbox", () => {
  const { workloads } = JSON.parse(documentOf(sandboxes())) as { readonly workloads: readonly object[] };
  expect(workloads.slice(1)).toMatchObject([
    { engine: "bubblewrap", leader: 2, tenant: 3 },
    { engine: "bubblewrap", leader: 4, tenant: 5 },
    { engine: "bubblewrap", leader: 6, tenant: 7 },
  ]);
});
