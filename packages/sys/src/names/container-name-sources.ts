import { join } from "node:path";
import type { ContainerName } from "@ns-graph/graph";
import type { Trust } from "../kernel/trusted-path.js";
import { askSocket } from "./ask-socket.js";
import {
  readContainerList,
  readCriBundle,
  readDockerConfig,
  readNerdctlBundle,
  readStorage,
} from "./engine-answers.js";
import { readTrustedJson, trustPath } from "./trusted-file.js";

/** Where the engines of this machine, and those of the user, keep their things. */
export interface EngineFolders {
  /** `/`, but in tests. */
  readonly root: string;
  /** XDG_RUNTIME_DIR of the user, if there is one. */
  readonly runtime: string | undefined;
  readonly home: string | undefined;
  /** Whose they are. */
  readonly uid: number;
  readonly trust: Trust;
}

/** How long is looked, and where. */
export interface Search {
  readonly folders: EngineFolders;
  readonly signal: AbortSignal;
}

type Names = Iterable<readonly [id: string, name: ContainerName]>;

/** What knows names of containers. */
export interface NameSource {
  /** The engines whose containers it may know. */
  readonly engines: readonly string[];
  /** Whose containers it may name: those that root made, or those of the user. */
  readonly whose: "machine" | "user";
  find(ids: readonly string[], search: Search): AsyncIterable<readonly [id: string, name: ContainerName]>;
}

async function* fromFiles(
  { folders, signal }: Search,
  files: Iterable<{ readonly path: string; readonly read: (json: unknown) => Names }>,
): AsyncGenerator<readonly [string, ContainerName]> {
  for (const { path, read } of files) {
    if (signal.aborted) return;
    yield* read(await readTrustedJson(path, folders.trust));
  }
}

/** Every file in which containers/storage lists containers. */
async function* fromStorage(
  storage: string | undefined,
  search: Search,
): AsyncGenerator<readonly [string, ContainerName]> {
  if (storage === undefined) return;
  const files = DRIVERS.flatMap((driver) =>
    ["containers.json", "volatile-containers.json"].map((file) => ({
      path: join(storage, `${driver}-containers`, file),
      read: readStorage,
    })),
  );
  yield* fromFiles(search, files);
}

async function* fromSocket(
  path: string | undefined,
  { folders, signal }: Search,
): AsyncGenerator<readonly [string, ContainerName]> {
  if (path === undefined) return;
  const socket = await trustPath(path, folders.trust, "socket");
  // Without a version in the path every server answers in the one it likes best.
  if (socket !== undefined) yield* readContainerList(await askSocket(socket, "/containers/json?all=true", signal));
}

/** Folders in which containerd keeps what its containers were started with, by its own namespaces. */
const BUNDLES = ["run/containerd", "run/k3s/containerd"].flatMap((folder) =>
  (
    [
      ["k8s.io", readCriBundle],
      ["default", readNerdctlBundle],
    ] as const
  ).map(([namespace, read]) => ({ folder: `${folder}/io.containerd.runtime.v2.task/${namespace}`, read })),
);
const DRIVERS = ["overlay", "vfs", "btrfs", "zfs"];

/**
 * Every source, in the order in which they are asked: what is in files is there at once and needs nobody's answer. What
 * is found first counts.
 */
export const NAME_SOURCES: readonly NameSource[] = [
  {
    engines: ["docker", "kubernetes", "container"],
    whose: "machine",
    find: (ids, search) =>
      fromFiles(
        search,
        ids.map((id) => ({
          path: join(search.folders.root, "var/lib/docker/containers", id, "config.v2.json"),
          read: (json) => readDockerConfig(id, json),
        })),
      ),
  },
  {
    engines: ["containerd", "kubernetes", "container"],
    whose: "machine",
    find: (ids, search) =>
      fromFiles(
        search,
        ids.flatMap((id) =>
          BUNDLES.map(({ folder, read }) => ({
            path: join(search.folders.root, folder, id, "config.json"),
            read: (json: unknown) => read(id, json),
          })),
        ),
      ),
  },
  {
    engines: ["podman", "cri-o", "kubernetes", "container"],
    whose: "machine",
    find: (_ids, search) => fromStorage(join(search.folders.root, "var/lib/containers/storage"), search),
  },
  {
    engines: ["podman"],
    whose: "user",
    find: (_ids, search) => fromStorage(below(search.folders.home, ".local/share/containers/storage"), search),
  },
  {
    engines: ["docker", "kubernetes", "container"],
    whose: "machine",
    find: (_ids, search) => fromSocket(join(search.folders.root, "run/docker.sock"), search),
  },
  {
    engines: ["docker"],
    whose: "user",
    find: (_ids, search) => fromSocket(below(search.folders.runtime, "docker.sock"), search),
  },
  {
    engines: ["podman"],
    whose: "machine",
    find: (_ids, search) => fromSocket(join(search.folders.root, "run/podman/podman.sock"), search),
  },
  {
    engines: ["podman"],
    whose: "user",
    find: (_ids, search) => fromSocket(below(search.folders.runtime, "podman/podman.sock"), search),
  },
];

/** A path in a folder of the user's; undefined where there is no such folder. */
function below(folder: string | undefined, path: string): string | undefined {
  return folder === undefined ? undefined : join(folder, path);
}
