import type { ContainerName } from "@ns-graph/graph";

/*
 * What engines write and answer, as far as it names containers. Every value may be anything: the files belong to
 * other programs, and so do the sockets.
 */

type Names = Iterable<readonly [id: string, name: ContainerName]>;

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

/** A name, and the pod if labels name one: `io.kubernetes.pod.name` is what the kubelet sets, whatever the engine. */
function named(name: string | undefined, labels: unknown): ContainerName | undefined {
  const own = textAt(labels, "io.kubernetes.container.name") ?? name;
  const pod = textAt(labels, "io.kubernetes.pod.name");
  const namespace = textAt(labels, "io.kubernetes.pod.namespace");
  if (own === undefined) return undefined;
  if (pod === undefined) return { name: own };
  return { name: own, pod: { name: pod, ...(namespace === undefined ? {} : { namespace }) } };
}

function* whereNamed(id: string | undefined, name: ContainerName | undefined): Names {
  if (id !== undefined && name !== undefined) yield [id, name];
}

/** /var/lib/docker/containers/ID/config.v2.json. */
export function* readDockerConfig(id: string, config: unknown): Names {
  const name = textAt(config, "Name")?.replace(/^\//, "");
  yield* whereNamed(id, named(name, member(member(config, "Config"), "Labels")));
}

/** config.json of an OCI bundle that containerd keeps: names are in its annotations. */
export function* readBundle(id: string, config: unknown): Names {
  const annotations = member(config, "annotations");
  const pod = textAt(annotations, "io.kubernetes.cri.sandbox-name");
  const namespace = textAt(annotations, "io.kubernetes.cri.sandbox-namespace");
  const isSandbox = textAt(annotations, "io.kubernetes.cri.container-type") === "sandbox";
  const own = textAt(annotations, "io.kubernetes.cri.container-name") ?? (isSandbox ? "(sandbox)" : undefined);
  const name = own ?? textAt(annotations, "nerdctl/name");
  if (name === undefined) return;
  yield [
    id,
    pod === undefined ? { name } : { name, pod: { name: pod, ...(namespace === undefined ? {} : { namespace }) } },
  ];
}

/** containers.json of containers/storage, which Podman and CRI-O share. */
export function* readStorage(list: unknown): Names {
  for (const container of itemsOf(list)) {
    const [first] = itemsOf(member(container, "names"));
    yield* whereNamed(
      textAt(container, "id"),
      typeof first === "string" && first !== "" ? splitName(first) : undefined,
    );
  }
}

/** CRI-O puts everything into one name: `k8s_CONTAINER_POD_NAMESPACE_UID_ATTEMPT`. */
function splitName(text: string): ContainerName {
  const [, name, pod, namespace] = /^k8s_([^_]+)_([^_]+)_([^_]+)_[^_]+_\d+$/.exec(text) ?? [];
  if (name === undefined || pod === undefined || namespace === undefined) return { name: text };
  return { name: name === "POD" ? "(sandbox)" : name, pod: { name: pod, namespace } };
}

/** The answer to `GET /containers/json`, which Docker and Podman share. */
export function* readContainerList(list: unknown): Names {
  for (const container of itemsOf(list)) {
    const [first] = itemsOf(member(container, "Names"));
    const name = typeof first === "string" && first !== "" ? first.replace(/^\//, "") : undefined;
    const described = named(name, member(container, "Labels"));
    const podName = textAt(container, "PodName");
    const withPod =
      described === undefined || podName === undefined ? described : { ...described, pod: { name: podName } };
    yield* whereNamed(textAt(container, "Id"), withPod);
  }
}
