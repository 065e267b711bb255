import { join } from "node:path";
import type { Trust } from "../kernel/trusted-path.js";
import { askSocket } from "./ask-socket.js";
import {
  type Names,
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

/** A file with names of containers, or the socket of an engine that is asked for them. */
interface Origin {
  readonly path: string;
  readonly isSocket?: true;
  read(json: unknown): Names;
}

/** What knows names of containers. */
export interface NameSource {
  /** The engines whose containers it may know. */
  readonly engines: readonly string[];
  /** Whose containers it may name: those that root made, or those of the user. */
  readonly whose: "machine" | "user";
  /** Where names of the containers with these ids are. */
  origins(ids: readonly string[], folders: EngineFolders): readonly Origin[];
}

/** The names that a source has for ids; what is not there, or can't be read, names nothing. */
export async function* namesFrom(
  source: NameSource,
  ids: readonly string[],
  folders: EngineFolders,
  signal: AbortSignal,
): AsyncGenerator<Names, void, undefined> {
  for (const origin of source.origins(ids, folders)) {
    if (signal.aborted) return;
    yield origin.read(await readOrigin(origin, folders.trust, signal).catch(() => undefined));
  }
}

async function readOrigin({ path, isSocket }: Origin, trust: Trust, signal: AbortSignal): Promise<unknown> {
  if (!isSocket) return readTrustedJson(path, trust);
  const socket = await trustPath(path, trust, "socket");
  // Without a version in the path every server answers in the one it likes best.
  return socket && askSocket(socket, "/containers/json?all=true", signal);
}

const DRIVERS = ["overlay", "vfs", "btrfs", "zfs"];

/** Every file in which containers/storage lists containers; none where the user has no such folder. */
function storage(folder: string | undefined, path: string): readonly Origin[] {
  if (folder === undefined) return [];
  return DRIVERS.flatMap((driver) =>
    ["containers.json", "volatile-containers.json"].map((file) => ({
      path: join(folder, path, `${driver}-containers`, file),
      read: readStorage,
    })),
  );
}

function socket(folder: string | undefined, path: string): readonly Origin[] {
  return folder === undefined ? [] : [{ path: join(folder, path), isSocket: true, read: readContainerList }];
}

/** What containerd's containers were started with lies in folders by its own namespaces. */
const BUNDLES = ["run/containerd", "run/k3s/containerd"].flatMap((folder) => [
  { folder: `${folder}/io.containerd.runtime.v2.task/k8s.io`, read: readCriBundle },
  { folder: `${folder}/io.containerd.runtime.v2.task/default`, read: readNerdctlBundle },
]);

/**
 * Every source, in the order in which they are asked: what is in files is there at once and needs nobody's answer. What
 * is found first counts.
 */
export const NAME_SOURCES: readonly NameSource[] = [
  {
    engines: ["docker", "kubernetes", "container"],
    whose: "machine",
    origins: (ids, { root }) =>
      ids.map((id) => ({
        path: join(root, "var/lib/docker/containers", id, "config.v2.json"),
        read: (json) => readDockerConfig(id, json),
      })),
  },
  {
    engines: ["containerd", "kubernetes", "container"],
    whose: "machine",
    origins: (ids, { root }) =>
      ids.flatMap((id) =>
        BUNDLES.map(({ folder, read }) => ({
          path: join(root, folder, id, "config.json"),
          read: (json) => read(id, json),
        })),
      ),
  },
  {
    engines: ["podman", "cri-o", "kubernetes", "container"],
    whose: "machine",
    origins: (_ids, { root }) => storage(root, "var/lib/containers/storage"),
  },
  {
    engines: ["podman"],
    whose: "user",
    origins: (_ids, { home }) => storage(home, ".local/share/containers/storage"),
  },
  {
    engines: ["docker", "kubernetes", "container"],
    whose: "machine",
    origins: (_ids, { root }) => socket(root, "run/docker.sock"),
  },
  { engines: ["docker"], whose: "user", origins: (_ids, { runtime }) => socket(runtime, "docker.sock") },
  { engines: ["podman"], whose: "machine", origins: (_ids, { root }) => socket(root, "run/podman/podman.sock") },
  { engines: ["podman"], whose: "user", origins: (_ids, { runtime }) => socket(runtime, "podman/podman.sock") },
];
