import { execFileSync } from "node:child_process";
import { chmodSync, chownSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { createServer, type RequestListener } from "node:http";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { type Workload, workloadOf } from "@ns-graph/graph";
import { HOSTILE_TEXTS } from "@ns-graph/testkit";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { ownAccess } from "./access.js";
import { type Asker, findNames } from "./find-container-names.js";

const A = "a".repeat(64);
const B = "b".repeat(64);
const C = "c".repeat(64);
const POD = "ccf19bc6-503b-4dd0-b33d-e5717fe6613c";
const MANAGER = "/user.slice/user-1000.slice/user@1000.service";

let root: string;
let asker: Asker;
const servers: ReturnType<typeof createServer>[] = [];

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "ns-graph-names-"));
  const trust = { uids: new Set([0, process.geteuid?.() ?? 0]), gids: new Set([0, process.getegid?.() ?? 0]) };
  const access = ownAccess(trust);
  const caller = { root: undefined, runtime: join(root, "run/user/1000"), home: join(root, "home/anna"), whose: 1000 };
  asker = { root, access, caller: { ...caller, access } };
});
afterEach(async () => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
  rmSync(root, { recursive: true });
});

function put(path: string, content: unknown): string {
  const file = join(root, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, typeof content === "string" ? content : JSON.stringify(content));
  return file;
}

async function listen(path: string, answer: RequestListener): Promise<string> {
  const socket = join(root, path);
  mkdirSync(dirname(socket), { recursive: true });
  const server = createServer(answer);
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(socket, resolve));
  return socket;
}

function answering(list: unknown): RequestListener {
  return (request, response) => {
    response.statusCode = request.url === "/containers/json?all=true" ? 200 : 404;
    response.end(JSON.stringify(list));
  };
}

/** Where engines keep containers of the machine, and of the user 1000. */
const CGROUPS: Readonly<Record<string, (id: string) => string>> = {
  docker: (id) => `/system.slice/docker-${id}.scope`,
  podman: (id) => `/machine.slice/libpod-${id}.scope`,
  containerd: (id) => `/system.slice/nerdctl-${id}.scope`,
  "cri-o": (id) => `/kubepods.slice/kubepods-pod${POD.replaceAll("-", "_")}.slice/crio-${id}.scope`,
  kubernetes: (id) => `/kubepods/besteffort/pod${POD}/${id}`,
  lxc: (id) => `/lxc.payload.${id}`,
  "docker of 1000": (id) => `${MANAGER}/user.slice/docker-${id}.scope`,
  "podman of 1000": (id) => `${MANAGER}/user.slice/libpod-${id}.scope`,
};

function container(cgroup: string): Workload {
  const found = workloadOf({ pid: 1, namespaces: {}, cgroup });
  if (found === undefined) throw new Error(`${cgroup} names no workload`);
  return found;
}

/** Names of the containers in some cgroups. */
function findAt(...cgroups: string[]) {
  return findNames(cgroups.map(container), asker, 2000);
}

/** Names of containers of one engine. */
function find(engine: keyof typeof CGROUPS, ...ids: string[]) {
  return findAt(...ids.map((id) => CGROUPS[engine]?.(id) ?? ""));
}

describe("what engines write", () => {
  test("Docker", async () => {
    put(`var/lib/docker/containers/${A}/config.v2.json`, { ID: A, Name: "/web", Config: { Labels: {} } });
    expect(await find("docker", A, B)).toEqual({ [A]: { name: "web" } });
  });

  test("Docker under Kubernetes", async () => {
    put(`var/lib/docker/containers/${A}/config.v2.json`, { Name: `/k8s_app_cart_shop_${POD}_0` });
    expect(await find("kubernetes", A)).toEqual({ [A]: { name: "app", pod: { name: "cart", namespace: "shop" } } });
  });

  test.each(["run/containerd", "run/k3s/containerd"])("containerd under Kubernetes, in %s", async (folder) => {
    const annotations = {
      "io.kubernetes.cri.container-name": "app",
      "io.kubernetes.cri.container-type": "container",
      "io.kubernetes.cri.sandbox-name": "cart",
      "io.kubernetes.cri.sandbox-namespace": "shop",
    };
    const bundle = (id: string) => `${folder}/io.containerd.runtime.v2.task/k8s.io/${id}/config.json`;
    put(bundle(A), { annotations });
    put(bundle(B), {
      annotations: {
        ...annotations,
        "io.kubernetes.cri.container-name": undefined,
        "io.kubernetes.cri.container-type": "sandbox",
      },
    });
    const pod = { name: "cart", namespace: "shop" };
    expect(await find("containerd", A, B)).toEqual({ [A]: { name: "app", pod }, [B]: { name: "(sandbox)", pod } });
  });

  test("nerdctl", async () => {
    put(`run/containerd/io.containerd.runtime.v2.task/default/${A}/config.json`, {
      annotations: { "nerdctl/name": "web" },
    });
    expect(await find("containerd", A)).toEqual({ [A]: { name: "web" } });
  });

  test("Podman, root's", async () => {
    put("var/lib/containers/storage/overlay-containers/containers.json", [{ id: A, names: ["web", "alias"] }]);
    expect(await find("podman", A, B)).toEqual({ [A]: { name: "web" } });
  });

  test("Podman, the user's", async () => {
    put("home/anna/.local/share/containers/storage/vfs-containers/volatile-containers.json", [
      { id: B, names: ["db"] },
      { id: C, names: ["not asked for"] },
    ]);
    expect(await find("podman of 1000", A, B)).toEqual({ [CGROUPS["podman of 1000"]?.(B) ?? ""]: { name: "db" } });
  });

  test("CRI-O", async () => {
    put("var/lib/containers/storage/overlay-containers/containers.json", [
      { id: A, names: [`k8s_app_cart-7d9f_shop_${POD}_0`] },
      { id: B, names: [`k8s_POD_cart-7d9f_shop_${POD}_0`] },
    ]);
    const pod = { name: "cart-7d9f", namespace: "shop" };
    expect(await find("cri-o", A, B)).toEqual({ [A]: { name: "app", pod }, [B]: { name: "(sandbox)", pod } });
  });
});

describe("images", () => {
  test("of Docker", async () => {
    put(`var/lib/docker/containers/${A}/config.v2.json`, { Name: "/web", Config: { Image: "nginx:1.27" } });
    expect(await find("docker", A)).toEqual({ [A]: { name: "web", image: "nginx:1.27" } });
  });

  test("of Podman and CRI-O, in a text of JSON", async () => {
    const metadata = JSON.stringify({ "image-name": "docker.io/library/nginx:1.27", name: "web" });
    put("var/lib/containers/storage/overlay-containers/containers.json", [
      { id: A, names: ["web"], image: B, metadata },
      { id: B, names: ["db"], image: C, metadata: "{" },
      { id: C, names: ["no"], image: C, metadata: '{"image-name":7}' },
    ]);
    expect(await find("podman", A, B, C)).toEqual({
      [A]: { name: "web", image: "docker.io/library/nginx:1.27" },
      [B]: { name: "db" },
      [C]: { name: "no" },
    });
  });

  test("of containerd under Kubernetes, and of what an engine answers", async () => {
    put(`run/containerd/io.containerd.runtime.v2.task/k8s.io/${A}/config.json`, {
      annotations: {
        "io.kubernetes.cri.container-name": "app",
        "io.kubernetes.cri.sandbox-name": "cart",
        "io.kubernetes.cri.image-name": "registry.example/app:1",
      },
    });
    await listen("run/docker.sock", answering([{ Id: B, Names: ["/web"], Image: "nginx" }]));
    expect(await findAt(CGROUPS.containerd?.(A) ?? "", CGROUPS.docker?.(B) ?? "")).toEqual({
      [A]: { name: "app", pod: { name: "cart" }, image: "registry.example/app:1" },
      [B]: { name: "web", image: "nginx" },
    });
  });
});

describe("pods of Podman", () => {
  const inPod = (id: string) => `/libpod_parent/${C}/libpod-${id}`;
  const list = [{ id: A, names: ["web"], metadata: '{"image-name":"nginx"}' }];
  const own = (request: { url?: string | undefined }) => request.url?.startsWith("/v4.0.0/libpod/containers/json?");

  test("have their names from its own list, and containers keep those from files", async () => {
    put("var/lib/containers/storage/overlay-containers/containers.json", list);
    await listen("run/podman/podman.sock", (request, response) => {
      response.statusCode = own(request) ? 200 : 404;
      response.end(JSON.stringify([{ Id: A, Names: ["other"], Image: "other", Pod: C, PodName: "shop" }]));
    });
    expect(await findAt(inPod(A))).toEqual({ [A]: { name: "web", image: "nginx", pod: { name: "shop" } } });
  });

  test("have none where it has no such list, nor where nobody answers", async () => {
    put("var/lib/containers/storage/overlay-containers/containers.json", list);
    expect(await findAt(inPod(A))).toEqual({ [A]: { name: "web", image: "nginx" } });
    await listen("run/podman/podman.sock", answering([{ Id: A, Names: ["web"] }]));
    expect(await findAt(inPod(A))).toEqual({ [A]: { name: "web", image: "nginx" } });
  });

  test("are not asked for of containers in none", async () => {
    let asked = 0;
    await listen("run/podman/podman.sock", () => asked++);
    put("var/lib/containers/storage/overlay-containers/containers.json", list);
    expect(await find("podman", A)).toEqual({ [A]: { name: "web", image: "nginx" } });
    expect(asked).toBe(0);
  });
});

test("so many containers that each has a file are looked up one by one, each once", async () => {
  const ids = Array.from({ length: 3000 }, (_, i) => i.toString(16).padStart(64, "0"));
  for (const id of ids) put(`var/lib/docker/containers/${id}/config.v2.json`, { Name: `/${id.slice(-4)}` });
  const cgroups = ids.map((id) => container(CGROUPS.docker?.(id) ?? ""));
  expect(Object.keys(await findNames(cgroups, asker, 60_000))).toHaveLength(3000);
});

describe("what engines answer", () => {
  test.each([
    ["docker", "run/docker.sock"],
    ["docker of 1000", "run/user/1000/docker.sock"],
    ["podman", "run/podman/podman.sock"],
    ["podman of 1000", "run/user/1000/podman/podman.sock"],
  ])("%s at %s", async (engine, path) => {
    await listen(path, answering([{ Id: A, Names: ["/web"], Labels: {} }]));
    const names = await find(engine, A, B);
    expect(Object.values(names)).toEqual([{ name: "web" }]);
    expect(Object.keys(names)).toEqual([engine.endsWith("1000") ? CGROUPS[engine]?.(A) : A]);
  });

  test("files are asked first, and nobody is asked for what is known", async () => {
    let asked = 0;
    await listen("run/docker.sock", (_request, response) => {
      asked++;
      response.end("[]");
    });
    put(`var/lib/docker/containers/${A}/config.v2.json`, { Name: "/web" });
    expect(await find("docker", A)).toEqual({ [A]: { name: "web" } });
    expect(asked).toBe(0);
  });

  test("nobody is asked where there is no container of that engine", async () => {
    let asked = 0;
    await listen("run/docker.sock", () => asked++);
    expect(await find("lxc", A)).toEqual({});
    expect(asked).toBe(0);
  });

  test("who does not answer is not waited for", async () => {
    await listen("run/docker.sock", () => undefined);
    const start = performance.now();
    expect(await findNames([container(`/docker/${A}`)], asker, 150)).toEqual({});
    expect(performance.now() - start).toBeLessThan(1500);
  });

  test("what was found before the time is over stays", async () => {
    put(`var/lib/docker/containers/${A}/config.v2.json`, { Name: "/web" });
    await listen("run/docker.sock", () => undefined);
    const both = [container(`/docker/${A}`), container(`/docker/${B}`)];
    expect(await findNames(both, asker, 400)).toEqual({ [A]: { name: "web" } });
  });

  test.each<[string, RequestListener]>([
    ["nonsense", (_request, response) => response.end("<html>")],
    ["an error", (_request, response) => void response.writeHead(500).end(`[{"Id":"${A}","Names":["/x"]}]`)],
    ["half an answer", (_request, response) => void response.writeHead(200, { "content-length": "100" }).end("[")],
    ["another form", answering({ [A]: "web" })],
    ["other types", answering([null, 7, { Id: A, Names: "web" }, { Id: A, Names: [7] }, { Id: 7, Names: ["/x"] }])],
    ["a hang-up", (request) => request.socket.destroy()],
    [
      "no end",
      (_request, response) => {
        const chunk = "[".repeat(2 ** 20);
        const more = (): void => void (response.write(chunk) ? setImmediate(more) : response.once("drain", more));
        response.on("error", () => undefined);
        more();
      },
    ],
    ["another protocol", (_request, response) => void response.writeHead(101, { connection: "upgrade" }).end()],
  ])("%s names nothing, and others are asked", async (_what, answer) => {
    await listen("run/docker.sock", answer);
    await listen("run/podman/podman.sock", answering([{ Id: B, Names: ["db"], Labels: {} }]));
    const both = [CGROUPS.docker?.(A) ?? "", CGROUPS.podman?.(B) ?? ""];
    expect(await findAt(...both)).toEqual({ [B]: { name: "db" } });
  });
});

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

test("files that are broken, empty or of another kind name nothing", async () => {
  const file = `var/lib/docker/containers/${A}/config.v2.json`;
  for (const content of ["", "{", "null", "[]", '"x"', "7", { Name: 7 }, { Name: "" }]) {
    put(file, content);
    expect(await find("docker", A)).toEqual({});
  }
  rmSync(join(root, file));
  mkdirSync(join(root, file));
  expect(await find("docker", A)).toEqual({});
});

test.each(
  HOSTILE_TEXTS.filter((text) => text !== "" && !text.startsWith("/") && text.length <= 512).map((text) => [
    JSON.stringify(text).slice(0, 40),
    text,
  ]),
)("the name %s is given back as it is", async (_title, name) => {
  // What is no character stands for nothing in a file.
  const written = Buffer.from(name).toString();
  put("var/lib/containers/storage/overlay-containers/containers.json", [{ id: A, names: [written] }]);
  expect(await find("podman", A)).toEqual({ [A]: { name: written } });
});
