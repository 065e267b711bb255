import { mkdirSync, rmSync } from "node:fs";
import type { RequestListener } from "node:http";
import { join } from "node:path";
import { HOSTILE_TEXTS } from "@ns-graph/testkit";
import { describe, expect, test } from "vitest";
import {
  A,
  answering,
  asker,
  B,
  C,
  CGROUPS,
  container,
  find,
  findAt,
  listen,
  makeEngines,
  POD,
  put,
  root,
} from "../../test/engines.js";
import { findNames } from "./find-container-names.js";

makeEngines();

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
