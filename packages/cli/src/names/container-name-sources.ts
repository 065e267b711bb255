import { join } from "node:path";
import type { ContainerName } from "@ns-graph/graph";
import type { Trust } from "@ns-graph/sys";
import { askSocket } from "./ask-socket.js";
import { readBundle, readContainerList, readDockerConfig, readStorage } from "./engine-answers.js";
import { readTrustedJson, trustPath } from "./trusted-file.js";

/** Where the engines of this machine, and those of the user, keep their things. */
export interface EnginePlaces {
  /** `/`, but in tests. */
  readonly root: string;
  /** XDG_RUNTIME_DIR of the user, if there is one. */
  readonly runtime: string | undefined;
  readonly home: string | undefined;
  readonly trust: Trust;
}

/** How long is looked, and where. */
export interface Search {
  readonly places: EnginePlaces;
  readonly signal: AbortSignal;
}

type Names = Iterable<readonly [id: string, name: ContainerName]>;

/** A place that knows names of containers. */
export interface NameSource {
  /** The engines whose containers it may know. */
  readonly engines: readonly string[];
  find(ids: readonly string[], search: Search): AsyncIterable<readonly [id: string, name: ContainerName]>;
}

async function* fromFiles(
  { places, signal }: Search,
  files: Iterable<{ readonly path: string; readonly read: (json: unknown) => Names }>,
): AsyncGenerator<readonly [string, ContainerName]> {
  for (const { path, read } of files) {
    if (signal.aborted) return;
    yield* read(await readTrustedJson(path, places.trust));
  }
}

async function* fromSocket(path: string, { places, signal }: Search): AsyncGenerator<readonly [string, ContainerName]> {
  const socket = await trustPath(path, places.trust, "socket");
  // Without a version in the path every server answers in the one it likes best.
  if (socket !== undefined) yield* readContainerList(await askSocket(socket, "/containers/json?all=true", signal));
}

/** Folders in which containerd keeps what its containers were started with, by its own namespaces. */
const BUNDLES = ["run/containerd", "run/k3s/containerd"].flatMap((folder) =>
  ["k8s.io", "default"].map((namespace) => `${folder}/io.containerd.runtime.v2.task/${namespace}`),
);
const DRIVERS = ["overlay", "vfs", "btrfs", "zfs"];

/**
 * Every place, in the order in which they are asked: what is in files is there at once and needs nobody's answer. What
 * is found first counts.
 */
export const NAME_SOURCES: readonly NameSource[] = [
  {
    engines: ["docker", "kubernetes", "container"],
    find: (ids, search) =>
      fromFiles(
        search,
        ids.map((id) => ({
          path: join(search.places.root, "var/lib/docker/containers", id, "config.v2.json"),
          read: (json) => readDockerConfig(id, json),
        })),
      ),
  },
  {
    engines: ["containerd", "kubernetes", "container"],
    find: (ids, search) =>
      fromFiles(
        search,
        ids.flatMap((id) =>
          BUNDLES.map((folder) => ({
            path: join(search.places.root, folder, id, "config.json"),
            read: (json: unknown) => readBundle(id, json),
          })),
        ),
      ),
  },
  {
    engines: ["podman", "cri-o", "kubernetes", "container"],
    find: (_ids, search) => {
      const { root, home } = search.places;
      const storages = [join(root, "var/lib/containers/storage")];
      if (home !== undefined) storages.push(join(home, ".local/share/containers/storage"));
      const paths = storages.flatMap((storage) =>
        DRIVERS.flatMap((driver) =>
          ["containers.json", "volatile-containers.json"].map((file) => join(storage, `${driver}-containers`, file)),
        ),
      );
      return fromFiles(
        search,
        paths.map((path) => ({ path, read: readStorage })),
      );
    },
  },
  {
    engines: ["docker", "kubernetes", "container"],
    find: (_ids, search) => fromSocket(join(search.places.root, "run/docker.sock"), search),
  },
  {
    engines: ["docker"],
    find: (_ids, search) => fromSocket(runtimeSocket(search, "docker.sock"), search),
  },
  {
    engines: ["podman"],
    find: (_ids, search) => fromSocket(join(search.places.root, "run/podman/podman.sock"), search),
  },
  {
    engines: ["podman"],
    find: (_ids, search) => fromSocket(runtimeSocket(search, "podman/podman.sock"), search),
  },
];

function runtimeSocket({ places: { runtime } }: Search, path: string): string {
  // An empty path is that of no socket.
  return runtime === undefined ? "" : join(runtime, path);
}
