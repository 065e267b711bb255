import type { ContainerName, Workload } from "@ns-graph/graph";

/** Longer names are not made by any engine: a container of Kubernetes has the longest, with four names of its API in one. */
const LONGEST = 512;

/** `k8s_CONTAINER_POD_NAMESPACE_UID_ATTEMPT`: what CRI-O, and Docker under the kubelet, put into one name. */
const KUBERNETES_NAME = /^k8s_([^_]+)_([^_]+)_([^_]+)_([^_]+)_\d+$/;

/**
 * What of an engine's name for a container counts; undefined where nothing does. That it is of Kubernetes counts only
 * where the kubelet made it: the pod in the name is the one whose cgroup the container is in.
 */
export function believedName(said: ContainerName, container: Workload): ContainerName | undefined {
  const { name, pod, image } = said;
  if (isTooLong(image)) return believedName({ name, ...(pod === undefined ? {} : { pod }) }, container);
  if (isTooLong(name) || isTooLong(pod?.name) || isTooLong(pod?.namespace)) return undefined;
  const [, own, podName, namespace, uid] = KUBERNETES_NAME.exec(name) ?? [];
  if (pod !== undefined || own === undefined || podName === undefined || namespace === undefined) return said;
  if (container.pod?.qos === undefined || container.pod.id !== uid) return said;
  const known = image === undefined ? {} : { image };
  return { ...known, name: own === "POD" ? "(sandbox)" : own, pod: { name: podName, namespace } };
}

function isTooLong(text = ""): boolean {
  return text.length > LONGEST;
}
