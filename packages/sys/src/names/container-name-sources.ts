import { join } from "node:path";
import type { Access } from "./access.js";
import { askSocket } from "./ask-socket.js";
import {
  type Names,
  readContainerList,
  readCriBundle,
  readDockerConfig,
  readNerdctlBundle,
  readStorage,
} from "./engine-answers.js";

/** Where the engines of the machine, or those of a user, keep their things. */
export interface EnginePlace {
  /** Whose they are: root's, or those of a uid. */
  readonly whose: "machine" | number;
  /** Of the machine: `/`, but in tests. */
  readonly root: string | undefined;
  /** XDG_RUNTIME_DIR of the user, if there is one. */
  readonly runtime: string | undefined;
  readonly home: string | undefined;
  readonly access: Access;
}

/** A file with names of containers, or what an engine is asked over its socket. */
interface Origin {
  readonly path: string;
  /** The request to a socket. */
  readonly request?: string;
  read(json: unknown): Names;
}

/** What knows names of containers. */
export interface NameSource {
  /** The engines whose containers it may know. */
  readonly engines: readonly string[];
  /** Whether it knows what pods of Podman are called. */
  readonly knowsPods?: true;
  /** Where names of the containers with these ids are in a place. */
  origins(ids: readonly string[], place: EnginePlace): readonly Origin[];
}

/** The names that a source has for ids; what is not there, or can't be read, names nothing. */
export async function* namesFrom(
  source: NameSource,
  ids: readonly string[],
  place: EnginePlace,
  signal: AbortSignal,
): AsyncGenerator<Names, void, undefined> {
  for (const origin of source.origins(ids, place)) {
    if (signal.aborted) return;
    yield origin.read(await readOrigin(origin, place.access, signal).catch(() => undefined));
  }
}

async function readOrigin({ path, request }: Origin, access: Access, signal: AbortSignal): Promise<unknown> {
  if (request === undefined) return access.readJson(path);
  const socket = await access.findSocket(path);
  return socket && askSocket(socket, request, signal);
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

/** Without a version in the path every server answers in the one it likes best. */
const LIST = "/containers/json?all=true";
/** Podman's own list, which says of what pod each is. Its path has a version. */
const LIST_WITH_PODS = "/v4.0.0/libpod/containers/json?all=true&pod=true";

function socket(folder: string | undefined, path: string, ...requests: readonly string[]): readonly Origin[] {
  if (folder === undefined) return [];
  return requests.map((request) => ({ path: join(folder, path), request, read: readContainerList }));
}

function dockerConfigs(ids: readonly string[], folder: string | undefined, path: string): readonly Origin[] {
  if (folder === undefined) return [];
  return ids.map((id) => ({
    path: join(folder, path, id, "config.v2.json"),
    read: (json) => readDockerConfig(id, json),
  }));
}

/** What containerd's containers were started with lies in folders by its own namespaces. */
const BUNDLES = ["run/containerd", "run/k3s/containerd"].flatMap((folder) => [
  { folder: `${folder}/io.containerd.runtime.v2.task/k8s.io`, read: readCriBundle },
  { folder: `${folder}/io.containerd.runtime.v2.task/default`, read: readNerdctlBundle },
]);

function bundles(ids: readonly string[], folder: string | undefined): readonly Origin[] {
  if (folder === undefined) return [];
  return ids.flatMap((id) =>
    BUNDLES.map((bundle) => ({
      path: join(folder, bundle.folder, id, "config.json"),
      read: (json) => bundle.read(id, json),
    })),
  );
}

/**
 * Every source, in the order in which they are asked: what is in files is there at once and needs nobody's answer. What
 * is found first counts. Each is asked of the machine's engines and of users', as far as they have such a place.
 */
export const NAME_SOURCES: readonly NameSource[] = [
  {
    engines: ["docker", "kubernetes", "container"],
    origins: (ids, { root }) => dockerConfigs(ids, root, "var/lib/docker/containers"),
  },
  {
    engines: ["containerd", "kubernetes", "container"],
    origins: (ids, { root }) => bundles(ids, root),
  },
  {
    engines: ["podman", "cri-o", "kubernetes", "container"],
    origins: (_ids, { root }) => [
      ...storage(root, "var/lib/containers/storage"),
      ...storage(root, "run/containers/storage"),
    ],
  },
  {
    engines: ["podman"],
    origins: (_ids, { home, runtime }) => [
      ...storage(home, ".local/share/containers/storage"),
      ...storage(runtime, "containers"),
    ],
  },
  { engines: ["docker"], origins: (ids, { home }) => dockerConfigs(ids, home, ".local/share/docker/containers") },
  {
    engines: ["docker", "kubernetes", "container"],
    origins: (_ids, { root }) => socket(root, "run/docker.sock", LIST),
  },
  { engines: ["docker"], origins: (_ids, { runtime }) => socket(runtime, "docker.sock", LIST) },
  {
    engines: ["podman"],
    knowsPods: true,
    origins: (_ids, { root }) => socket(root, "run/podman/podman.sock", LIST_WITH_PODS, LIST),
  },
  {
    engines: ["podman"],
    knowsPods: true,
    origins: (_ids, { runtime }) => socket(runtime, "podman/podman.sock", LIST_WITH_PODS, LIST),
  },
];
