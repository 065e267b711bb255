import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { assembleGraph } from "../build/build-graph.js";
import type { ContainerNames } from "../model/container-names.js";
import { describeWorkload, podTitle } from "../words/describe-workload.js";
import { nameWorkload } from "./container-names.js";
import { containersIn } from "./name-containers.js";
import type { Workload } from "./workload.js";
import { workloadOfCgroup } from "./workload-of.js";
import { workloads } from "./workloads.js";

const REAL = "a".repeat(64);
const OTHER = "b".repeat(64);
const POD = "ccf19bc6_503b_4dd0_b33d_e5717fe6613c";
const USER = "/user.slice/user-1000.slice/user@1000.service";

/** Names of cgroups that somebody may choose who wants to be taken for another. */
const segment = fc.oneof(
  fc.constantFrom(
    ...[REAL, OTHER].flatMap((id) => [
      `docker-${id}.scope`,
      `libpod-${id}.scope`,
      `libpod-payload-${id}`,
      `libpod-conmon-${id}.scope`,
      `cri-containerd-${id}.scope`,
      `crio-${id}`,
      `nerdctl-${id}.scope`,
      `kubepods-pod${POD}.slice:cri-containerd:${id}`,
      id,
    ]),
    "docker",
    "buildkit",
    "default",
    "k8s.io",
    "lxc",
    "lxc.payload",
    "lxc.payload.web",
    "lxc.monitor.web",
    "kubepods.slice",
    "kubepods",
    `kubepods-pod${POD}.slice`,
    `pod${POD.replaceAll("_", "-")}`,
    `machine-libpod_pod_${REAL}.slice`,
    "machine-web.scope",
    "machine-web.service",
    "machine-qemu\\x2d1\\x2dweb.scope",
    "systemd-nspawn@web.service",
    "supervisor",
    "payload",
    "container",
    "system.slice",
    "user.slice",
    "user-0.slice",
    "user-1001.slice",
    "user@0.service",
    "user@1001.service",
    "session-1.scope",
    "init.scope",
    "nginx.service",
    "docker.service",
    "containerd.service",
    "flatpak-org.gnome.Maps-1.scope",
    "snap.lxd.daemon.service",
    `docker-${REAL}.scope (deleted)`,
  ),
  fc.string({ minLength: 1, maxLength: 12 }).filter((name) => !name.includes("/") && name !== "." && name !== ".."),
);
const path = fc
  .array(segment, { minLength: 1, maxLength: 24 })
  .map((names) => names.map((name) => `/${name}`).join(""));

/** What the machine's engines know. */
const NAMES: ContainerNames = {
  [REAL]: { name: "THE REAL ONE", pod: { name: "THE REAL POD", namespace: "shop" } },
  [OTHER]: { name: "THE REAL OTHER" },
};

function named(cgroup: string): Workload | undefined {
  const found = workloadOfCgroup(cgroup);
  return found && nameWorkload(found, NAMES);
}

function outermost(workload: Workload): { readonly workload: Workload; readonly depth: number } {
  let at = workload;
  let depth = 1;
  for (; at.inside !== undefined; at = at.inside) depth++;
  return { workload: at, depth };
}

describe("whatever a user calls a cgroup below their own", () => {
  test.each([USER, `${USER}/app.slice`, "/user.slice/user-1000.slice/session-3.scope"])("%s", (own) => {
    fc.assert(
      fc.property(path, (below) => {
        const found = named(own + below);
        if (found === undefined || found.cgroup === own) return;
        expect(found.user).toBe(1000);
        expect(found.borneOut).toBe("no");
        expect(outermost(found).workload).toMatchObject({ user: 1000, borneOut: "no" });
        expect(outermost(found).depth).toBeLessThanOrEqual(8);
        const words = describeWorkload(found, () => "anna");
        // Before any name that was chosen there.
        expect(words).toMatch(/^[a-z-]+(?: monitor)?(?: \((?:deep )?in [a-z-]+(?: monitor)?)* of anna(?: |$|\))/);
        for (const text of [words, ...Object.values(podTitle(found) ?? {})]) expect(text).not.toContain("THE REAL");
      }),
      { numRuns: 2000 },
    );
  });
});

test("whatever a container calls a cgroup below its own is inside that container", () => {
  const own = `/system.slice/docker-${OTHER}.scope`;
  fc.assert(
    fc.property(path, (below) => {
      const found = named(own + below);
      expect(found).toBeDefined();
      if (found === undefined || found.cgroup === own) return;
      const { workload, depth } = outermost(found);
      expect(workload).toMatchObject({ cgroup: own, id: OTHER, borneOut: "yes", name: "THE REAL OTHER" });
      expect(depth).toBeLessThanOrEqual(8);
      expect(found.borneOut).toBe("no");
      expect(found).not.toHaveProperty("user");
      expect(describeWorkload(found)).toMatch(/^[a-z-]+(?: monitor)? \((?:deep )?in /);
      expect(describeWorkload(found)).not.toContain("THE REAL ONE");
      expect(Object.values(podTitle(found) ?? {}).join(" ")).not.toContain("THE REAL POD");
    }),
    { numRuns: 2000 },
  );
});

test.each(["ci.service", "run-u1.scope"])(
  "whatever %s calls a cgroup below its own is in it, and named by no engine",
  (unit) => {
    const own = `/system.slice/${unit}`;
    fc.assert(
      fc.property(path, (below) => {
        const found = named(own + below);
        expect(found).toBeDefined();
        if (found === undefined || found.cgroup === own) return;
        const { workload } = outermost(found);
        expect(workload.unit).toBe(unit);
        expect(found).not.toHaveProperty("user");
        expect(describeWorkload(found)).toMatch(/ci\.service|nspawn ci|run-u1\.scope/);
        expect(describeWorkload(found)).not.toContain("THE REAL");
      }),
      { numRuns: 2000 },
    );
  },
);

test("what is above the viewer's cgroup namespace is nobody's for certain", () => {
  fc.assert(
    fc.property(path, (below) => {
      const found = named(`/..${below}`);
      if (found === undefined) return;
      expect(outermost(found).workload.borneOut).not.toBe("yes");
      expect(describeWorkload(found)).not.toContain("THE REAL");
    }),
    { numRuns: 2000 },
  );
});

test("processes are grouped, counted and named apart from those that took the id of their container", () => {
  const real = `/system.slice/docker-${REAL}.scope`;
  const places = fc.constantFrom(real, USER, `${USER}/app.slice`, "/lxc.payload.c1", "/system.slice/ci.service", "/..");
  fc.assert(
    fc.property(fc.array(fc.tuple(places, path), { maxLength: 8 }), (claims) => {
      const cgroups = [real, `${real}/worker`, ...claims.map(([place, below]) => place + below)];
      const graph = assembleGraph({
        frame: { host: {}, viewer: { namespaces: {} }, sources: [], containerNames: NAMES },
        namespaces: [],
        processes: cgroups.map((cgroup, i) => ({ pid: i + 1, ppid: 0, cgroup, namespaces: { net: "4:1" } })),
        pins: [],
        problems: [],
      });
      const theReal = workloads(graph).filter(({ workload }) => workload?.name === "THE REAL ONE");
      expect(theReal.map(({ workload }) => workload?.cgroup)).toEqual([real]);
      for (const { cgroup } of theReal.flatMap(({ processes }) => processes))
        expect(`${cgroup?.replace(/ \(deleted\)$/, "")}/`.startsWith(`${real}/`)).toBe(true);
      expect(containersIn(graph).filter(({ id, borneOut }) => id === REAL && borneOut === "yes")).toHaveLength(1);
    }),
    { numRuns: 500 },
  );
});

describe("what is root's to name stays so", () => {
  test.each<[cgroup: string, words: string]>([
    ["/user.slice/user-0.slice/user@0.service/app.slice/x.service", "service x.service"],
    [`/user.slice/user-0.slice/session-1.scope/libpod-${REAL}.scope`, "podman THE REAL ONE (aaaaaaaaaaaa)"],
    [`/user.slice/user-1000.slice/libpod-${REAL}.scope`, "podman THE REAL ONE (aaaaaaaaaaaa)"],
    ["/user.slice/user-1000.slice/session-3.scope", "session 3"],
    [`/system.slice/containerd.service/containerd/${REAL}`, "containerd THE REAL ONE (aaaaaaaaaaaa)"],
    ["/machine.slice/machine-web.scope/supervisor", "nspawn monitor web"],
    [`/docker/${REAL}/machine-web.service/supervisor`, "nspawn monitor (in docker THE REAL ONE (aaaaaaaaaaaa)) web"],
    ["/system.slice/ci.service/nginx.service", "service ci.service"],
  ])("%s is %s", (cgroup, words) => {
    const found = named(cgroup);
    expect(found && describeWorkload(found)).toBe(words);
  });
});
