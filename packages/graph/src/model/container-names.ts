/** What people call a container, as its engine knows it. Hostile text. */
export interface ContainerName {
  /** The name of the container. */
  readonly name: string;
  /** Its pod. */
  readonly pod?: {
    /** The name of the pod. Hostile text. */
    readonly name: string;
    /** The Kubernetes namespace that the pod is in; absent where its engine has none. Hostile text. */
    readonly namespace?: string;
  };
  /** The image that it was made from, as its engine has that: `docker.io/library/nginx:1.27`. */
  readonly image?: string;
}

/**
 * Names of containers: by their full ids what the machine's engines call those that root made, and by their cgroups
 * what is known of others, or by uid and id (`1000:ID`) of those that only that user's monitor tells of. An id alone would
 * name whatever anybody gives that id.
 */
export type ContainerNames = Readonly<Record<string, ContainerName>>;
