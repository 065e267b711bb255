import type { ContainerName } from "@ns-graph/graph";

/*
 * What engines write and answer, as far as it names containers. Every value may be anything: the files belong to
 * other programs, and so do the sockets. Labels are not among it: whoever starts a container, or made its image, sets
 * them.
 */

/** Names of containers, by their ids. */
export type Names = Iterable<readonly [id: string, name: ContainerName]>;

/** A member of an object; undefined where it is none, or has no such member of its own. */
function member(value: unknown, key: string): unknown {
  return typeof value === "object" && value !== null && Object.hasOwn(value, key)
    ? (value as Record<string, unknown>)[key]
    : undefined;
}

function textAt(value: unknown, key: string): string | undefined {
  const text = member(value, key);
  return typeof text === "string" && text !== "" ? text : undefined;
}

function itemsOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function firstName(names: unknown): string | undefined {
  const [first] = itemsOf(names);
  return typeof first === "string" ? withoutSlash(first) : undefined;
}

function withoutSlash(name: string | undefined): string | undefined {
  return name?.replace(/^\//, "") || undefined;
}

function withImage(name: ContainerName, image: string | undefined): ContainerName {
  return image === undefined ? name : { ...name, image };
}

/** ID/config.v2.json among Docker's containers. */
export function* readDockerConfig(id: string, config: unknown): Names {
  const name = withoutSlash(textAt(config, "Name"));
  if (name !== undefined) yield [id, withImage({ name }, textAt(member(config, "Config"), "Image"))];
}

/** config.json of an OCI bundle in containerd's namespace for Kubernetes: names are in what its CRI plugin annotates. */
export function* readCriBundle(id: string, config: unknown): Names {
  const annotations = member(config, "annotations");
  const pod = textAt(annotations, "io.kubernetes.cri.sandbox-name");
  const namespace = textAt(annotations, "io.kubernetes.cri.sandbox-namespace");
  const isSandbox = textAt(annotations, "io.kubernetes.cri.container-type") === "sandbox";
  const name = textAt(annotations, "io.kubernetes.cri.container-name") ?? (isSandbox ? "(sandbox)" : undefined);
  if (name === undefined || pod === undefined) {
    yield* readNerdctlBundle(id, config);
    return;
  }
  const image = textAt(annotations, "io.kubernetes.cri.image-name");
  yield [id, withImage({ name, pod: { name: pod, ...(namespace === undefined ? {} : { namespace }) } }, image)];
}

/** The same in a namespace of others, where the annotations of Kubernetes would be anybody's. */
export function* readNerdctlBundle(id: string, config: unknown): Names {
  const name = textAt(member(config, "annotations"), "nerdctl/name");
  if (name !== undefined) yield [id, { name }];
}

/** containers.json of containers/storage, which Podman and CRI-O share. */
export function* readStorage(list: unknown): Names {
  for (const container of itemsOf(list)) {
    const id = textAt(container, "id");
    const name = firstName(member(container, "names"));
    if (id !== undefined && name !== undefined) yield [id, withImage({ name }, storedImage(container))];
  }
}

/** Podman and CRI-O keep the name of the image in a text of JSON; the list itself has its id. */
function storedImage(container: unknown): string | undefined {
  const metadata = textAt(container, "metadata") ?? "";
  try {
    return textAt(JSON.parse(metadata), "image-name");
  } catch {
    return undefined;
  }
}

/** The answer to `GET /containers/json`, which Docker and Podman share, and to Podman's own. */
export function* readContainerList(list: unknown): Names {
  for (const container of itemsOf(list)) {
    const id = textAt(container, "Id");
    const name = firstName(member(container, "Names"));
    const pod = textAt(container, "PodName");
    if (id === undefined || name === undefined) continue;
    const image = textAt(container, "Image");
    yield [id, withImage(pod === undefined ? { name } : { name, pod: { name: pod } }, image)];
  }
}
