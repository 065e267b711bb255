import { NAMESPACE_TYPES, type NamespaceType, type Problem } from "@ns-graph/graph";
import { EACCES, EIO, ENOENT, EPERM, errnoName } from "../kernel/errno.js";
import { readLinkInto } from "../kernel/libc.js";
import { linkedInode } from "./linked-inode.js";

const LINKS = NAMESPACE_TYPES.map((type) => `ns/${type}`);
const USER = NAMESPACE_TYPES.indexOf("user");
const PID = NAMESPACE_TYPES.indexOf("pid");

/** Room for the text of a link, such as `cgroup:[4026531835]`. */
const TEXT_SIZE = 64;

/** The links of a process to its namespaces, as they were read last; arrays are in the canonical order of the types. */
export class NamespaceLinks {
  /** Inodes of the namespaces; 0 where a link could not be read, or this kernel has no such type. */
  readonly inodes = new Float64Array(LINKS.length);
  readonly #errnos = new Int32Array(LINKS.length);
  readonly #types: readonly NamespaceType[];
  readonly #has: readonly boolean[];
  /** The texts of the links, and behind them their lengths. */
  readonly #read = Buffer.from(new ArrayBuffer(LINKS.length * (TEXT_SIZE + Int32Array.BYTES_PER_ELEMENT)));
  readonly #texts = LINKS.map((_, i) => this.#read.subarray(i * TEXT_SIZE, (i + 1) * TEXT_SIZE));
  readonly #lengths = new Int32Array(this.#read.buffer, LINKS.length * TEXT_SIZE);
  /** What was read when all could be, and what it said. */
  readonly #known = Buffer.alloc(this.#read.length);
  readonly #knownInodes = new Float64Array(LINKS.length);

  /** `types` are those that this kernel has. */
  constructor(types: readonly NamespaceType[]) {
    this.#types = types;
    this.#has = NAMESPACE_TYPES.map((type) => types.includes(type));
  }

  /** Forgets what was read. */
  clear(): void {
    this.inodes.fill(0);
    this.#errnos.fill(0);
  }

  /** Reads the links whose paths begin with a prefix at a directory; answers how many could not be read. */
  read(directory: number, prefix: string): number {
    this.#errnos.fill(0);
    let failures = 0;
    for (let i = 0; i < LINKS.length; i++) {
      if (!this.#has[i]) continue;
      const link = LINKS[i] as string;
      const length = readLinkInto(directory, prefix === "" ? link : prefix + link, this.#texts[i] as Buffer);
      this.#lengths[i] = length;
      if (length > 0) continue;
      failures++;
      // Linux 5.10.262 gives an empty text to those it refuses.
      this.#errnos[i] = length === 0 ? EACCES : -length;
      // What is refused once is refused eight times.
      if (failures === i + 1 && i === 2 && failures < this.#types.length && this.#allRefused(i))
        return this.#refuseAll();
    }
    // Neighbours in /proc are usually in the same namespaces.
    if (failures === 0 && this.#read.equals(this.#known)) {
      this.inodes.set(this.#knownInodes);
      return 0;
    }
    failures = this.#takeInodes();
    if (failures === 0) {
      this.#known.set(this.#read);
      this.#knownInodes.set(this.inodes);
    }
    return failures;
  }

  #takeInodes(): number {
    let failures = 0;
    for (let i = 0; i < LINKS.length; i++) {
      const isRead = this.#has[i] === true && this.#errnos[i] === 0;
      const inode = isRead ? linkedInode(this.#lengths[i] as number, this.#texts[i]) : 0;
      this.inodes[i] = inode;
      if (isRead && inode === 0) this.#errnos[i] = EIO;
      if (this.#errnos[i] !== 0) failures++;
    }
    return failures;
  }

  #allRefused(last: number): boolean {
    for (let i = 0; i <= last; i++) if (this.#errnos[i] !== EACCES && this.#errnos[i] !== EPERM) return false;
    return true;
  }

  #refuseAll(): number {
    this.#errnos.fill(this.#errnos[0] as number);
    this.inodes.fill(0);
    return this.#types.length;
  }

  /** Whether they are those of a zombie, which has its user and pid links, and ENOENT for the rest. */
  isZombie(): boolean {
    return NAMESPACE_TYPES.every((_, i) => {
      if (!this.#has[i]) return true;
      return i === USER || i === PID ? this.inodes[i] !== 0 : this.#errnos[i] === ENOENT;
    });
  }

  /** What could not be read of a process that is there. */
  problems(pid: number): Problem[] {
    const missing = NAMESPACE_TYPES.filter((_, i) => this.#errnos[i] !== 0);
    if (missing.length >= this.#types.length)
      return [{ code: "PROCESS_UNREADABLE", pid, errno: this.#errnoOf(missing[0] as NamespaceType) }];
    if (this.isZombie()) return [];
    return missing.map((type) => ({ code: "LINK_UNREADABLE", pid, type, errno: this.#errnoOf(type) }));
  }

  #errnoOf(type: NamespaceType): string {
    return errnoName(this.#errnos[NAMESPACE_TYPES.indexOf(type)] as number);
  }
}
