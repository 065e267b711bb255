import type { Fact, NamespaceFacts, NamespaceId, NamespaceType, Problem } from "@ns-graph/graph";
import { principalOfNamespace } from "../budget/principal.js";
import type { Share } from "../budget/scan-budget.js";
import { decodeBytes } from "../kernel/bytes.js";
import { EFBIG, errnoName, isGone } from "../kernel/errno.js";
import { AT_FDCWD, closeFd, O_DIRECTORY, O_PATH, openAt, readFileAt } from "../kernel/libc.js";
import { type MountLine, readMountinfo } from "../kernel/mountinfo.js";
import { inodeAt } from "../processes/linked-inode.js";
import type { ScanContext } from "../scan/scan-context.js";

/** A namespace whose facts are asked for. */
export interface FactSubject {
  readonly id: NamespaceId;
  readonly type: NamespaceType;
  /** Whether the viewer is in it. */
  readonly isOwn: boolean;
  /** Some processes, and threads by their TIDs, that lead to it, which may have gone. */
  readonly members: readonly number[];
}

/** What is read of a namespace, and how. */
export interface FactReader {
  readonly fact: Fact;
  readonly type: NamespaceType;
  /** What is read, in the words of a problem. */
  readonly what: string;
  /** The link of those whose files are about the namespace; that of members unless it is said otherwise. */
  readonly link?: "ns/time_for_children";
  /** Whether it is no problem that no member tells: the namespace may have none. */
  readonly isOptional?: true;
  /** What is known without asking a process in it; undefined where one has to be asked. */
  look?(context: ScanContext, subject: FactSubject): NamespaceFacts | undefined;
  /** What a member shows; undefined where another one may show more. */
  ask(member: Member): NamespaceFacts | undefined;
}

/**
 * A process or thread whose files are about the namespace for certain. It is read through one descriptor of its directory,
 * which never leads to another one. /proc/TID is there for each thread (proc_tid(5)).
 */
export class Member {
  readonly pid: number;
  readonly subject: FactSubject;
  readonly problems: Problem[] = [];
  readonly #directory: number;
  readonly #context: ScanContext;
  readonly #share: Share;
  readonly #link: string;

  private constructor(context: ScanContext, subject: FactSubject, pid: number, directory: number, link: string) {
    this.pid = pid;
    this.subject = subject;
    this.#link = link;
    this.#context = context;
    this.#share = context.work.share(() => principalOfNamespace(context, subject.id));
    this.#directory = directory;
  }

  /** The process, if its link leads to the namespace. It has to be closed. */
  static open(
    context: ScanContext,
    subject: FactSubject,
    pid: number,
    link = `ns/${subject.type}`,
  ): Member | undefined {
    if (!context.asking.begin(pid)) return undefined;
    const directory = context.budget.open(() => openAt(AT_FDCWD, `/proc/${pid}`, O_PATH | O_DIRECTORY));
    if (directory < 0) return undefined;
    const member = new Member(context, subject, pid, directory, link);
    if (member.#isThere()) return member;
    member.close();
    return undefined;
  }

  close(): void {
    closeFd(this.#directory);
  }

  /** Whether its link leads to the namespace. */
  #isThere(): boolean {
    return this.#context.memberships.id(inodeAt(this.#directory, this.#link)) === this.subject.id;
  }

  /** The text of a file; undefined where it is not there or can't be read, and then that is a problem. */
  read(file: string): string | undefined {
    const bytes = readFileAt(this.#directory, file, "records", this.#share.bytes);
    if (typeof bytes !== "number") return decodeBytes(bytes);
    this.#noteFailure(file, bytes);
    return undefined;
  }

  /**
   * Reads mountinfo, and answers how many more mounts there are than it visited, because their lines are too long; undefined
   * where it could not be read to the end, and then that is a problem.
   */
  readMounts(visit: (mount: MountLine) => void): number | undefined {
    const { failed, isCut, tooLong } = readMountinfo(this.#directory, "mountinfo", this.#share, visit);
    if (failed < 0 || isCut) this.#noteFailure("mountinfo", isCut ? -EFBIG : failed);
    return failed === 0 && !isCut ? tooLong : undefined;
  }

  #noteFailure(file: string, failed: number): void {
    const { id, type } = this.subject;
    // A kernel that lacks the file has no such fact. Of a process that has ended, id maps answer EINVAL
    // (proc_id_map_open, fs/proc/base.c).
    if (isGone(failed) || !this.#isThere()) return;
    const subject = { what: file, namespace: id, type };
    if (failed === -EFBIG && this.#context.work.isOver) this.#context.work.skip("files");
    else if (failed === -EFBIG) this.problems.push({ code: "FILE_TOO_LONG", ...subject });
    else this.problems.push({ code: "FACT_UNREADABLE", ...subject, errno: errnoName(-failed) });
  }
}
