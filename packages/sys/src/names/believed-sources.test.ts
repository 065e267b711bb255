import { execFileSync } from "node:child_process";
import { chmodSync, chownSync, mkdirSync, rmSync, symlinkSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Workload } from "@ns-graph/graph";
import { describe, expect, test } from "vitest";
import {
  A,
  answering,
  asker,
  B,
  container,
  find,
  findAt,
  listen,
  MANAGER,
  makeEngines,
  POD,
  put,
  root,
} from "../../test/engines.js";
import { findNames } from "./find-container-names.js";

makeEngines();

describe("who is trusted", () => {
  const config = () => put(`var/lib/docker/containers/${A}/config.v2.json`, { Name: "/web" });

  test("not a file that everybody can write", async () => {
    chmodSync(config(), 0o666);
    expect(await find("docker", A)).toEqual({});
  });

  test("not a file in a folder that everybody can write", async () => {
    chmodSync(dirname(config()), 0o777);
    expect(await find("docker", A)).toEqual({});
  });

  test("not what a link leads to if somebody else can write there", async () => {
    const elsewhere = put("elsewhere/config.json", { Name: "/evil" });
    chmodSync(elsewhere, 0o666);
    const link = join(root, `var/lib/docker/containers/${A}/config.v2.json`);
    mkdirSync(dirname(link), { recursive: true });
    symlinkSync(elsewhere, link);
    expect(await find("docker", A)).toEqual({});
  });

  test("not a runtime folder, a home or a file of somebody else", async (context) => {
    if (process.geteuid?.() !== 0) context.skip("only root can give files away");
    chownSync(config(), 4711, 4711);
    expect(await find("docker", A)).toEqual({});
    await listen("run/user/1000/podman/podman.sock", answering([{ Id: B, Names: ["/web"] }]));
    chownSync(join(root, "run/user/1000"), 1000, 1000);
    const storage = put("home/anna/.local/share/containers/storage/overlay-containers/containers.json", [
      { id: A, names: ["web"] },
    ]);
    expect(Object.values(await find("podman of 1000", A))).toEqual([{ name: "web" }]);
    chownSync(storage, 1000, 1000);
    expect(await find("podman of 1000", A)).toEqual({});
  });

  test("a socket that a group may write to, as Docker's is", async () => {
    chmodSync(await listen("run/docker.sock", answering([{ Id: A, Names: ["/web"] }])), 0o666);
    expect(await find("docker", A)).toEqual({ [A]: { name: "web" } });
  });

  test("no id that an engine would not make stands in a path", async () => {
    put("secret/config.v2.json", { Name: "/secret" });
    const ids = ["../../../../secret", `${A}/../${B}`, A.slice(1), A.toUpperCase()];
    const claims = ids.map((id): Workload => ({ ...container(`/docker/${A}`), id }));
    expect(await findNames(claims, asker, 2000)).toEqual({});
  });
});

describe("whose containers are named", () => {
  const known = () => {
    put(`var/lib/docker/containers/${A}/config.v2.json`, { Name: "/web" });
    put("var/lib/containers/storage/overlay-containers/containers.json", [{ id: A, names: ["web"] }]);
    put(`run/containerd/io.containerd.runtime.v2.task/k8s.io/${A}/config.json`, {
      annotations: { "io.kubernetes.cri.container-name": "web", "io.kubernetes.cri.sandbox-name": "pod" },
    });
  };

  test.each([
    `${MANAGER}/app.slice/docker-${A}.scope`,
    `${MANAGER}/user.slice/libpod-${A}.scope`,
    `${MANAGER}/kubepods.slice/kubepods-pod${POD.replaceAll("-", "_")}.slice/cri-containerd-${A}.scope`,
    `${MANAGER}/app.slice/user@0.service/docker-${A}.scope`,
    `/user.slice/user-1000.slice/session-3.scope/docker-${A}.scope`,
    `/docker/${B}/docker/${A}`,
    `/lxc.payload.c1/system.slice/docker-${A}.scope`,
    `/lxc/c1${"/lxc/c".repeat(20)}/docker/${A}`,
    `/system.slice/runner.service/docker-${A}.scope`,
    `/../docker-${A}.scope`,
    `/../user@1000.service/docker-${A}.scope`,
  ])("the machine's engines name nothing at %s", async (cgroup) => {
    known();
    expect(await findAt(cgroup)).toEqual({});
    // The one that the id is of has its name all the same, and keeps it for itself.
    expect(await findAt(cgroup, `/system.slice/docker-${A}.scope`)).toEqual({ [A]: { name: "web" } });
  });

  test.each([
    ["the user's own folder", "system.slice/web.service", 1000, {}],
    ["root's folder", "system.slice/web.service", 0, { name: "web" }],
  ])("below a service in %s", async (_title, service, uid, name) => {
    if (process.geteuid?.() !== 0) return;
    known();
    const cgroup = `/${service}/libpod-payload-${A}`;
    mkdirSync(join(root, "sys/fs/cgroup", cgroup), { recursive: true });
    chownSync(join(root, "sys/fs/cgroup", service), uid, uid);
    expect(await findAt(cgroup)).toEqual("name" in name ? { [cgroup]: name } : {});
  });

  test("so many below a service that looking at them takes longer than all may are named by nobody", {
    timeout: 60_000,
  }, async () => {
    known();
    const many = Array.from({ length: 100_000 }, (_, i) =>
      container(`/system.slice/ci.service/${i}/libpod-payload-${A}`),
    );
    const start = performance.now();
    expect(await findNames(many, asker, 100)).toEqual({});
    expect(performance.now() - start).toBeLessThan(5000);
  });

  test("the user's engines name nothing but what is the user's", async () => {
    put("home/anna/.local/share/containers/storage/overlay-containers/containers.json", [{ id: A, names: ["mine"] }]);
    await listen("run/user/1000/docker.sock", answering([{ Id: A, Names: ["/mine"] }]));
    expect(
      await findAt(
        `/machine.slice/libpod-${A}.scope`,
        `/system.slice/docker-${A}.scope`,
        `/user.slice/user-1001.slice/user@1001.service/user.slice/libpod-${A}.scope`,
        `/machine.slice/libpod-${B}.scope/libpod-${A}.scope`,
      ),
    ).toEqual({});
  });
});

test.each([
  ["good", "web"],
  ["too long", "x".repeat(513)],
])("twice as many %s names for twice as many containers of one id are twice the work", async (_title, name) => {
  const file = "home/anna/.local/share/containers/storage/overlay-containers/containers.json";
  const count = async (size: number): Promise<number> => {
    put(file, Array(size).fill({ id: A, names: [name] }));
    let reads = 0;
    const many = Array.from({ length: size }, (_, i) => {
      const found = container(`${MANAGER}/x${i}/libpod-${A}.scope`);
      const get = (target: Workload, key: string): unknown => {
        reads++;
        return Reflect.get(target, key);
      };
      return new Proxy(found, { get });
    });
    expect(Object.keys(await findNames(many, asker, 60_000))).toHaveLength(name === "web" ? size : 0);
    return reads;
  };
  const few = await count(200);
  expect(await count(400)).toBeLessThan(2.2 * few);
});

describe("what is of Kubernetes", () => {
  const Labels = {
    "io.kubernetes.container.name": "evil",
    "io.kubernetes.pod.name": "evil",
    "io.kubernetes.pod.namespace": "evil",
  };

  test("labels, which an image may have, rename nothing", async () => {
    put(`var/lib/docker/containers/${A}/config.v2.json`, { Name: "/web", Config: { Labels } });
    expect(await find("docker", A)).toEqual({ [A]: { name: "web" } });
    await listen("run/docker.sock", answering([{ Id: B, Names: ["/db"], Labels }]));
    expect(await find("docker", B)).toEqual({ [B]: { name: "db" } });
    expect(await find("kubernetes", A)).toEqual({ [A]: { name: "web" } });
  });

  test("annotations count in the namespace that containerd keeps for it alone", async () => {
    const annotations = { "io.kubernetes.cri.container-name": "evil", "io.kubernetes.cri.sandbox-name": "evil" };
    const folder = "run/containerd/io.containerd.runtime.v2.task/default";
    put(`${folder}/${A}/config.json`, { annotations });
    put(`${folder}/${B}/config.json`, { annotations: { ...annotations, "nerdctl/name": "web" } });
    expect(await find("containerd", A, B)).toEqual({ [B]: { name: "web" } });
  });

  test.each(["docker", "podman"])("a name that only looks so is that of a container of %s", async (engine) => {
    const name = `k8s_app_cart_shop_${POD}_0`;
    put(`var/lib/docker/containers/${A}/config.v2.json`, { Name: `/${name}` });
    put("var/lib/containers/storage/overlay-containers/containers.json", [{ id: A, names: [name] }]);
    expect(await find(engine, A)).toEqual({ [A]: { name } });
  });

  test("a name of another pod than that of the cgroup", async () => {
    const name = "k8s_app_cart_shop_00000000-503b-4dd0-b33d-e5717fe6613c_0";
    put("var/lib/containers/storage/overlay-containers/containers.json", [{ id: A, names: [name] }]);
    expect(await find("cri-o", A)).toEqual({ [A]: { name } });
  });
});

test("names that no engine makes, because they are too long, name nothing", async () => {
  put(`var/lib/docker/containers/${A}/config.v2.json`, { Name: "x".repeat(513) });
  put(`var/lib/docker/containers/${B}/config.v2.json`, { Name: "x".repeat(512) });
  expect(await find("docker", A, B)).toEqual({ [B]: { name: "x".repeat(512) } });
});

test("what is in a folder of others is not looked at, be it a link that never ends or a FIFO", async (context) => {
  if (process.geteuid?.() !== 0) context.skip("needs root");
  const file = join(root, `var/lib/docker/containers/${A}/config.v2.json`);
  mkdirSync(dirname(file), { recursive: true });
  execFileSync("mkfifo", [file]);
  const start = performance.now();
  expect(await find("docker", A)).toEqual({});
  rmSync(file);
  // A link in somebody's folder may lead anywhere: to what is trusted, too.
  symlinkSync(put("trusted.json", { Name: "/web" }), file);
  expect(await find("docker", A)).toEqual({ [A]: { name: "web" } });
  chownSync(dirname(file), 1000, 1000);
  expect(await find("docker", A)).toEqual({});
  expect(performance.now() - start).toBeLessThan(1500);
});
