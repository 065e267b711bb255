import {
  type NamespaceHandle,
  type NamespaceId,
  type NamespaceType,
  namespaceId,
  type Opened,
  type ProbeUse,
  type Problem,
  type RelativeAnswer,
  type Sighting,
  type ValueAnswer,
} from "@ns-graph/graph";
import type { DescriptorBudget, DescriptorHolder } from "../budget/descriptor-budget.js";
import { EBADF, EINVAL, ENOTTY, EPERM, errnoName } from "../kernel/errno.js";
import type { InterfaceName, Interfaces } from "../kernel/interfaces.js";
import { AT_FDCWD, closeFd, ioctl, ioctlInto, openAt, statusOf } from "../kernel/libc.js";
import {
  NS_GET_ID,
  NS_GET_MNTNS_ID,
  NS_GET_NSTYPE,
  NS_GET_OWNER_UID,
  NS_GET_PARENT,
  NS_GET_USERNS,
  NS_MNT_GET_INFO,
  typeOfFlag,
} from "../kernel/nsfs.js";

const answer = new BigUint64Array(1);
const answerBytes = new Uint8Array(answer.buffer);
const answer32 = new Uint32Array(answer.buffer);
/** struct mnt_ns_info (include/uapi/linux/nsfs.h): its size, the number of mounts, and the id. */
const info32 = new Uint32Array(4);
const infoBytes = new Uint8Array(info32.buffer);

/** The namespaces that were opened, each once. */
export class OpenNamespaces {
  readonly #byId = new Map<NamespaceId, OpenNamespace>();
  readonly #nsIds = new Set<string>();
  readonly budget: DescriptorBudget;
  readonly interfaces: Interfaces;
  readonly use: ProbeUse;

  constructor(budget: DescriptorBudget, interfaces: Interfaces, use: ProbeUse) {
    this.budget = budget;
    this.interfaces = interfaces;
    this.use = use;
  }

  get(id: NamespaceId): OpenNamespace | undefined {
    return this.#byId.get(id);
  }

  all(): Iterable<OpenNamespace> {
    return this.#byId.values();
  }

  /** One whose descriptor did not have to be closed. */
  getOpen(id: NamespaceId): OpenNamespace | undefined {
    const known = this.#byId.get(id);
    return known !== undefined && known.fd >= 0 ? known : undefined;
  }

  /** Whether a namespace with this NS_GET_ID was asked for it. */
  hasNsId(nsId: string): boolean {
    return this.#nsIds.has(nsId);
  }

  noteNsId(nsId: string): void {
    this.#nsIds.add(nsId);
  }

  /**
   * Takes over a descriptor of a namespace; it is closed if that namespace is open already, and else kept.
   * The type is asked of the kernel where it is not given.
   */
  adopt(fd: number, type?: NamespaceType): OpenNamespace | number {
    const status = statusOf(fd);
    if (typeof status === "number") {
      closeFd(fd);
      return status;
    }
    const id = namespaceId(status.dev, status.ino);
    const known = this.getOpen(id);
    // One whose descriptor had to be closed may be another namespace by now: it is replaced.
    if (known !== undefined) {
      closeFd(fd);
      return known;
    }
    const kind = type ?? this.#askType(fd);
    if (typeof kind === "number") {
      closeFd(fd);
      return kind;
    }
    const namespace = new OpenNamespace(id, kind, fd, this);
    this.#byId.set(id, namespace);
    this.budget.keep(namespace);
    return namespace;
  }

  /** Runs a call that makes a descriptor of a namespace, and adopts that. */
  adoptFrom(run: () => number, type: NamespaceType): OpenNamespace | number {
    const fd = this.budget.open(run);
    return fd < 0 ? fd : this.adopt(fd, type);
  }

  /**
   * The namespace that a file that was opened with O_PATH is, or -errno; undefined where it names something else, or
   * some other namespace. Only what is of nsfs is opened, which neither waits nor does anything.
   */
  reopen(file: number, id: NamespaceId, type?: NamespaceType): OpenNamespace | number | undefined {
    const status = statusOf(file);
    if (typeof status === "number") return status;
    if (namespaceId(status.dev, status.ino) !== id) return undefined;
    const known = this.getOpen(id);
    if (known !== undefined) return known;
    const fd = this.budget.open(() => openAt(AT_FDCWD, `/proc/self/fd/${file}`, 0));
    const namespace = fd < 0 ? fd : this.adopt(fd, type);
    return typeof namespace === "number" || namespace.id === id ? namespace : undefined;
  }

  #askType(fd: number): NamespaceType | number {
    const flag = ioctl(fd, NS_GET_NSTYPE);
    if (flag === -ENOTTY) this.interfaces.markAbsent("NS_GET_NSTYPE", "ENOTTY");
    return flag < 0 ? flag : (typeOfFlag(flag) ?? -EINVAL);
  }

  /**
   * Opens the namespace that a link below an open directory was seen to lead to, at once, so that the way to it is not lost;
   * not again where it is open. `who` is whose link it is.
   */
  openLink(
    directory: number,
    link: string,
    { id, type }: Pick<Sighting, "id"> & { readonly type: NamespaceType },
    who: Pick<Problem, "pid" | "tid">,
  ): Opened {
    const opened = this.getOpen(id) ?? this.adoptFrom(() => openAt(directory, link, 0), type);
    return asOpened(opened, id, { type, ...who });
  }
}

/** What came of opening a namespace that was seen, which may be another one; `where` it was seen, should that be a problem. */
export function asOpened(
  opened: OpenNamespace | number | undefined,
  id: NamespaceId,
  where: Pick<Problem, "type" | "pid" | "tid" | "fd">,
): Opened {
  if (typeof opened !== "number") return opened?.id === id ? { state: "open", handle: opened } : { state: "changed" };
  const errno = errnoName(-opened);
  return { state: "failed", problem: { code: "NAMESPACE_UNREADABLE", namespace: id, ...where, errno } };
}

/** A namespace behind an open descriptor of nsfs. */
export class OpenNamespace implements NamespaceHandle, DescriptorHolder {
  readonly id: NamespaceId;
  readonly type: NamespaceType;
  fd: number;
  readonly #all: OpenNamespaces;
  /** Asked for when the descriptor had to be closed. */
  #mountNamespaceId: bigint | number = -EBADF;

  constructor(id: NamespaceId, type: NamespaceType, fd: number, all: OpenNamespaces) {
    this.id = id;
    this.type = type;
    this.fd = fd;
    this.#all = all;
  }

  owner(): RelativeAnswer {
    return this.#relative("NS_GET_USERNS", NS_GET_USERNS, "owner", "user");
  }

  parent(): RelativeAnswer {
    return this.#relative("NS_GET_PARENT", NS_GET_PARENT, "parent", this.type);
  }

  #relative(name: InterfaceName, request: number, what: string, type: NamespaceType): RelativeAnswer {
    const fd = this.#call(name, () => this.#all.budget.open(() => ioctl(this.fd, request)));
    // One remark for the kernel, not one for each namespace: repeated problems are one.
    if (fd === undefined) return { state: "failed", problem: { code: "IOCTLS_MISSING", what: name, errno: "ENOTTY" } };
    if (fd === -EPERM) return { state: "invisible" };
    const relative = fd < 0 ? fd : this.#all.adopt(fd, type);
    return typeof relative === "number"
      ? { state: "failed", problem: this.#problem(what, -relative) }
      : { state: "open", handle: relative };
  }

  /** What an ioctl answers; undefined where the kernel has no such interface. */
  #call(name: InterfaceName, run: () => number): number | undefined {
    const { interfaces, use } = this.#all;
    use.check();
    const result = interfaces.has(name) ? run() : -ENOTTY;
    if (result !== -ENOTTY) return result;
    interfaces.markAbsent(name, "ENOTTY");
    return undefined;
  }

  #problem(what: string, errno: number): Problem {
    return { code: "RELATION_UNREADABLE", what, namespace: this.id, type: this.type, errno: errnoName(errno) };
  }

  ownerUid(): ValueAnswer<number> {
    return this.#ask("NS_GET_OWNER_UID", NS_GET_OWNER_UID, "creator", () => answer32[0] as number);
  }

  nsId(): ValueAnswer<string> {
    const result = this.#ask("NS_GET_ID", NS_GET_ID, "id", () => String(answer[0]));
    if (result !== undefined && "value" in result) this.#all.noteNsId(result.value);
    return result;
  }

  /** The mounts in mount namespaces are looked for when all else has been. */
  get isNeededLater(): boolean {
    return this.type === "mnt";
  }

  prepareToClose(): void {
    if (this.type === "mnt" && this.#all.interfaces.has("NS_GET_MNTNS_ID"))
      this.#mountNamespaceId = this.mountNamespaceId();
  }

  /** NS_GET_MNTNS_ID, of a mount namespace only. */
  mountNamespaceId(): bigint | number {
    if (this.fd < 0) return this.#mountNamespaceId;
    const result = ioctlInto(this.fd, NS_GET_MNTNS_ID, answerBytes);
    return result < 0 ? result : (answer[0] as bigint);
  }

  /** How many mounts there are in a mount namespace (NS_MNT_GET_INFO, Linux 6.12), but for its root; undefined where that is not known. */
  mountCount(): number | undefined {
    const { interfaces } = this.#all;
    if (this.fd < 0 || !interfaces.has("NS_MNT_GET_NEXT")) return undefined;
    return ioctlInto(this.fd, NS_MNT_GET_INFO, infoBytes) < 0 ? undefined : (info32[1] as number);
  }

  #ask<T>(name: InterfaceName, request: number, what: string, read: () => T): ValueAnswer<T> {
    const result = this.#call(name, () => ioctlInto(this.fd, request, answerBytes));
    if (result === undefined) return undefined;
    return result < 0 ? { problem: this.#problem(what, -result) } : { value: read() };
  }
}
