import { chmodSync, chownSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { createServer, type RequestListener } from "node:http";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { HOSTILE_TEXTS } from "@ns-graph/testkit";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { EnginePlaces } from "./container-name-sources.js";
import { findContainerNames } from "./find-container-names.js";

const A = "a".repeat(64);
const B = "b".repeat(64);
const C = "c".repeat(64);

let root: string;
let places: EnginePlaces;
const servers: ReturnType<typeof createServer>[] = [];

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "ns-graph-names-"));
  const trust = { uids: new Set([0, process.geteuid?.() ?? 0]), gids: new Set([0, process.getegid?.() ?? 0]) };
  places = { root, runtime: join(root, "run/user/1000"), home: join(root, "home/anna"), trust };
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

/** Names of containers of one engine. */
function find(engine: string, ...ids: string[]) {
  return findContainerNames(new Map(ids.map((id) => [id, engine])), places, 2000);
}

describe("what engines write", () => {
  test("Docker", async () => {
    put(`var/lib/docker/containers/${A}/config.v2.json`, { ID: A, Name: "/web", Config: { Labels: {} } });
    expect(await find("docker", A, B)).toEqual({ [A]: { name: "web" } });
  });

  test("Docker under Kubernetes", async () => {
    const Labels = {
      "io.kubernetes.container.name": "app",
      "io.kubernetes.pod.name": "cart",
      "io.kubernetes.pod.namespace": "shop",
    };
    put(`var/lib/docker/containers/${A}/config.v2.json`, { Name: "/k8s_app_cart_shop_1_0", Config: { Labels } });
    expect(await find("docker", A)).toEqual({ [A]: { name: "app", pod: { name: "cart", namespace: "shop" } } });
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

  test("Podman, root's and the user's", async () => {
    put("var/lib/containers/storage/overlay-containers/containers.json", [{ id: A, names: ["web", "alias"] }]);
    put("home/anna/.local/share/containers/storage/vfs-containers/volatile-containers.json", [
      { id: B, names: ["db"] },
      { id: C, names: ["not asked for"] },
    ]);
    expect(await find("podman", A, B)).toEqual({ [A]: { name: "web" }, [B]: { name: "db" } });
  });

  test("CRI-O", async () => {
    put("var/lib/containers/storage/overlay-containers/containers.json", [
      { id: A, names: ["k8s_app_cart-7d9f_shop_ccf19bc6-503b-4dd0-b33d-e5717fe6613c_0"] },
      { id: B, names: ["k8s_POD_cart-7d9f_shop_ccf19bc6-503b-4dd0-b33d-e5717fe6613c_0"] },
    ]);
    const pod = { name: "cart-7d9f", namespace: "shop" };
    expect(await find("cri-o", A, B)).toEqual({ [A]: { name: "app", pod }, [B]: { name: "(sandbox)", pod } });
  });
});

describe("what engines answer", () => {
  test.each([
    ["docker", "run/docker.sock"],
    ["docker", "run/user/1000/docker.sock"],
    ["podman", "run/podman/podman.sock"],
    ["podman", "run/user/1000/podman/podman.sock"],
  ])("%s at %s", async (engine, path) => {
    await listen(path, answering([{ Id: A, Names: ["/web"], Labels: {} }]));
    expect(await find(engine, A, B)).toEqual({ [A]: { name: "web" } });
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
    expect(await findContainerNames(new Map([[A, "docker"]]), places, 150)).toEqual({});
    expect(performance.now() - start).toBeLessThan(1500);
  });

  test("what was found before the time is over stays", async () => {
    put(`var/lib/docker/containers/${A}/config.v2.json`, { Name: "/web" });
    await listen("run/docker.sock", () => undefined);
    const engines = new Map([
      [A, "docker"],
      [B, "docker"],
    ]);
    expect(await findContainerNames(engines, places, 400)).toEqual({ [A]: { name: "web" } });
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
  ])("%s names nothing", async (_what, answer) => {
    await listen("run/docker.sock", answer);
    expect(await find("docker", A)).toEqual({});
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
    await listen("run/user/1000/podman/podman.sock", answering([{ Id: A, Names: ["/web"] }]));
    chownSync(join(root, "run/user/1000"), 1000, 1000);
    const storage = put("home/anna/.local/share/containers/storage/overlay-containers/containers.json", [
      { id: A, names: ["web"] },
    ]);
    expect(await find("podman", A)).toEqual({ [A]: { name: "web" } });
    chownSync(storage, 1000, 1000);
    expect(await find("podman", A)).toEqual({});
  });

  test("a socket that a group may write to, as Docker's is", async () => {
    chmodSync(await listen("run/docker.sock", answering([{ Id: A, Names: ["/web"] }])), 0o666);
    expect(await find("docker", A)).toEqual({ [A]: { name: "web" } });
  });

  test("no id that an engine would not make stands in a path", async () => {
    put("secret/config.v2.json", { Name: "/secret" });
    const ids = ["../../../../secret", `${A}/../${B}`, A.slice(1), A.toUpperCase()];
    expect(await find("docker", ...ids)).toEqual({});
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
  HOSTILE_TEXTS.filter((text) => text !== "" && !text.startsWith("/")).map((text) => [
    JSON.stringify(text).slice(0, 40),
    text,
  ]),
)("the name %s is given back as it is", async (_title, name) => {
  // What is no character stands for nothing in a file.
  const written = Buffer.from(name).toString();
  put("var/lib/containers/storage/overlay-containers/containers.json", [{ id: A, names: [written] }]);
  expect(await find("podman", A)).toEqual({ [A]: { name: written } });
});
