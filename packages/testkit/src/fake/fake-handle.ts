import type { NamespaceHandle, NamespaceId, NamespaceType, RelativeAnswer, ValueAnswer } from "@ns-graph/graph";
import type { DescribedKernel, KernelNamespace } from "./described-kernel.js";
import type { Key } from "./kernel-spec.js";

/** The probe that a handle belongs to, as the handle sees it. */
export interface HandleKeeper {
  readonly kernel: DescribedKernel;
  /** Opens a namespace, or answers the handle of one that is open. */
  open(namespace: KernelNamespace): NamespaceHandle;
  /** Throws if the probe is closed. */
  use(): void;
  /** Notes that an interface was asked for that this kernel lacks. */
  miss(what: string): void;
}

/** Whether a user or PID namespace is another one or below it. However the relations run, this ends. */
function isWithin(kernel: DescribedKernel, key: Key, top: Key): boolean {
  const met = new Set<Key>();
  for (let at: Key | null = key; at !== null && !met.has(at); ) {
    if (at === top) return true;
    met.add(at);
    const namespace: KernelNamespace | undefined = kernel.namespace(at);
    at = namespace === undefined ? null : namespace.type === "user" ? namespace.owner : namespace.parent;
  }
  return false;
}

/** An open namespace of a fake kernel; it answers as ioctl_ns(2) does. */
export class FakeHandle implements NamespaceHandle {
  readonly id: NamespaceId;
  readonly type: NamespaceType;
  readonly #namespace: KernelNamespace;
  readonly #keeper: HandleKeeper;

  constructor(namespace: KernelNamespace, keeper: HandleKeeper) {
    this.id = namespace.id;
    this.type = namespace.type;
    this.#namespace = namespace;
    this.#keeper = keeper;
  }

  owner(): RelativeAnswer {
    return this.#relative("owner", "NS_GET_USERNS", "user", this.#namespace.owner);
  }

  parent(): RelativeAnswer {
    this.#keeper.use();
    if (this.type === "user") return this.#relative("parent", "NS_GET_PARENT", "user", this.#namespace.owner);
    if (this.type === "pid") return this.#relative("parent", "NS_GET_PARENT", "pid", this.#namespace.parent);
    return { state: "failed", problem: this.#problem("parent", "EINVAL") };
  }

  ownerUid(): ValueAnswer<number> {
    this.#keeper.use();
    const { errno, ownerUid = 0 } = this.#namespace;
    if (!this.#keeper.kernel.generation.ownerUid) {
      this.#keeper.miss("NS_GET_OWNER_UID");
      return undefined;
    }
    if (this.type !== "user") return { problem: this.#problem("creator", "EINVAL") };
    return errno?.ownerUid === undefined ? { value: ownerUid } : { problem: this.#problem("creator", errno.ownerUid) };
  }

  nsId(): ValueAnswer<string> {
    this.#keeper.use();
    const { errno, nsId } = this.#namespace;
    if (!this.#keeper.kernel.generation.nsId) {
      this.#keeper.miss("NS_GET_ID");
      return undefined;
    }
    return errno?.nsId === undefined ? { value: nsId } : { problem: this.#problem("id", errno.nsId) };
  }

  #relative(what: "owner" | "parent", request: string, scope: "user" | "pid", key: Key | null): RelativeAnswer {
    this.#keeper.use();
    const { kernel } = this.#keeper;
    if (!kernel.generation.relatives) {
      this.#keeper.miss(request);
      return { state: "failed", problem: { code: "IOCTLS_MISSING", what: request, errno: "ENOTTY" } };
    }
    const errno = this.#namespace.errno?.[what];
    if (errno === "EPERM" || key === null) return { state: "invisible" };
    if (errno !== undefined) return { state: "failed", problem: this.#problem(what, errno) };
    const top = kernel.spec.viewer?.in?.[scope] ?? scope;
    if (kernel.spec.unscoped !== true && !isWithin(kernel, key, top)) return { state: "invisible" };
    const relative = kernel.namespace(key);
    if (relative === undefined) throw new Error(`the description has no namespace ${JSON.stringify(key)}`);
    return { state: "open", handle: this.#keeper.open(relative) };
  }

  #problem(what: string, errno: string) {
    return { code: "RELATION_UNREADABLE", what, namespace: this.id, type: this.type, errno };
  }
}
