import { opendirSync } from "node:fs";
import { type Finding, groupBy, type NamespaceId, namespaceId, type Pin, type Problem } from "@ns-graph/graph";
import { openAtHand } from "../kernel/at-hand.js";
import { encodeText } from "../kernel/bytes.js";
import {
  AT_FDCWD,
  closeFd,
  type FileHandle,
  handleOf,
  O_PATH,
  openAt,
  RESOLVE_NO_MAGICLINKS,
  readLinkTextAt,
  S_IFDIR,
  type Status,
  statusAt,
  statusOf,
  uniqueMountOf,
} from "../kernel/libc.js";
import type { ScannedProcess, Thread } from "../processes/scanned-process.js";
import { asOpened } from "../scan/open-namespaces.js";
import type { ScanContext } from "../scan/scan-context.js";
import { Findings, joinFindings } from "./findings.js";
import type { TreeDescriptor } from "./known-trees.js";
import { whereIsMount } from "./mount-list.js";

/** Notes a descriptor of the root of a mount, unless it is of the root directory of its process. */
export function noteTree(
  { context, isSelf }: ScannedProcess,
  { who, directory, prefix }: Thread,
  fd: number,
  { mountRoot: mount }: Status,
): void {
  // The path of what is attached somewhere begins there, but where a whole mount namespace does.
  if (isSelf || readLinkTextAt(directory, `${prefix}fd/${fd}`) !== "/") return;
  const root = statusAt(directory, `${prefix}root`);
  if (typeof root === "number" || root.mountRoot !== mount) context.trees.add({ who, fd, mount });
}

/** What is mounted in those trees that are attached nowhere (open_tree(2), fsmount(2), Linux 5.2). */
export function searchTrees(context: ScanContext): Finding {
  const { asking, trees, work } = context;
  const found: Finding[] = [];
  for (const [pid, theirs] of groupBy(trees.take(), ({ who }) => who.pid)) {
    // Its owner can keep a folder locked, and whoever lists it waiting.
    if (!asking.begin(pid)) continue;
    const findings = new Findings();
    for (const tree of theirs) {
      if (work.isOver) work.skip("descriptors");
      else searchTree(context, tree, findings);
    }
    findings.finish({ pid });
    found.push(findings);
  }
  asking.end();
  const leftOut = Array.from(
    trees.leftOut,
    ([pid, count]): Problem => ({ code: "LIMIT_REACHED", what: "descriptors", pid, count }),
  );
  return joinFindings([...found, { sightings: [], problems: leftOut }]);
}

/** How many files of one tree are looked at. */
const MOST_FILES = 4096;

function searchTree(context: ScanContext, { who, fd, mount }: TreeDescriptor, findings: Findings): void {
  const { pid, tid } = who;
  const file = `/proc/${pid}/${tid === undefined ? "" : `task/${tid}/`}fd/${fd}`;
  const root = context.budget.open(() => openAt(AT_FDCWD, file, O_PATH));
  // Its process has gone, or closed it.
  if (root < 0) return;
  const status = statusOf(root);
  if (typeof status === "number" || status.mountRoot !== mount) {
    closeFd(root);
    return;
  }
  const unique = uniqueMountOf(root);
  const place = unique === undefined ? "unknown" : whereIsMount(context, unique);
  const isSeen = place === "nowhere" && new TreeWalk(context, { who, fd }, findings).walk(root);
  if (place !== "nowhere") closeFd(root);
  if (isSeen || place === "somewhere") return;
  if (context.work.isOver) context.work.skip("descriptors");
  else findings.fail({ code: "DESCRIPTOR_UNREADABLE", ...who, fd, what: "mount-tree" });
}

/** How many folders, each in the other, are open at once. Namespaces are mounted three or four deep. */
const DEEPEST = 16;

/** A folder while what is in it is looked at. */
interface Folder {
  readonly fd: number;
  /** What is yet to be looked at. */
  readonly names: string[];
}

/**
 * Looks through the folders of a tree, for no interface lists its mounts. Only those of tmpfs are listed, which reads
 * no disk and has all names of files that are there at hand, so that none that waits for the lock of a folder is looked up
 * (RESOLVE_CACHED); namespaces are mounted there as a rule (/run).
 */
class TreeWalk {
  readonly #context: ScanContext;
  readonly #hold: Pick<TreeDescriptor, "who" | "fd">;
  readonly #findings: Findings;
  #left = MOST_FILES;
  /** Whether all was seen. */
  #isWhole = true;
  /** The folder that is looked at, and those it is in. */
  readonly #path: Folder[] = [];

  constructor(context: ScanContext, hold: Pick<TreeDescriptor, "who" | "fd">, findings: Findings) {
    this.#context = context;
    this.#hold = hold;
    this.#findings = findings;
  }

  /** Takes over the descriptor of the root; whether all that is mounted was seen. */
  walk(root: number): boolean {
    this.#enter(root);
    for (let folder = this.#path.at(-1); folder !== undefined; folder = this.#path.at(-1)) {
      const name = this.#context.work.isOver ? undefined : folder.names.pop();
      if (name !== undefined) this.#look(folder.fd, name);
      else {
        if (folder.names.length > 0) this.#isWhole = false;
        closeFd(folder.fd);
        this.#path.pop();
      }
    }
    return this.#isWhole;
  }

  /** Takes over the descriptor of a folder. */
  #enter(fd: number): void {
    const names = this.#path.length < DEEPEST && isOfTmpfs(fd) ? this.#namesIn(fd) : undefined;
    if (names === undefined) {
      this.#isWhole = false;
      closeFd(fd);
    } else this.#path.push({ fd, names });
  }

  /** The names in a folder; undefined where it can't be listed, or has too many. */
  #namesIn(folder: number): string[] | undefined {
    const names: string[] = [];
    try {
      const directory = opendirSync(`/proc/self/fd/${folder}`);
      try {
        for (let entry = directory.readSync(); entry !== null; entry = directory.readSync()) {
          if (this.#left-- <= 0) return undefined;
          names.push(entry.name);
        }
      } finally {
        directory.closeSync();
      }
    } catch {
      return undefined;
    }
    return names;
  }

  #look(folder: number, name: string): void {
    const { budget, nsfsDev } = this.#context;
    const path = Buffer.concat([encodeText(name), Buffer.of(0)]);
    const file = budget.open(() => openAtHand(folder, path, RESOLVE_NO_MAGICLINKS));
    const status = file < 0 ? file : statusOf(file);
    if (typeof status === "number") {
      this.#isWhole = false;
      if (file >= 0) closeFd(file);
      return;
    }
    const { dev, ino, format, mountRoot } = status;
    // It may lie on top of another mount.
    if (dev !== nsfsDev && mountRoot !== 0) this.#isWhole = false;
    if (format === S_IFDIR) {
      this.#enter(file);
      return;
    }
    if (dev === nsfsDev) this.#see(file, namespaceId(dev, ino));
    closeFd(file);
  }

  #see(file: number, id: NamespaceId): void {
    const { who, fd } = this.#hold;
    const opened = asOpened(this.#context.namespaces.reopen(file, id), id, { ...who, fd });
    const pin: Pin = { kind: "file", namespace: id, ...who, fd, of: "mount-tree" };
    this.#findings.see({ id, pin, open: () => opened });
  }
}

function isOfTmpfs(folder: number): boolean {
  const handle = handleOf(folder);
  const status = statusOf(folder);
  return typeof handle !== "number" && typeof status !== "number" && isHandleOfTmpfs(handle, status.ino);
}

/**
 * Whether a handle is one of tmpfs: a generation and the 64 bits of the inode number (shmem_encode_fh, mm/shmem.c). isofs, ocfs2 and
 * ZFS give handles of the same type and length, and have other things in them.
 */
export function isHandleOfTmpfs({ type, words }: FileHandle, ino: number): boolean {
  const [, low = 0, high = 0] = words;
  return type === 1 && words.length === 3 && low + high * 2 ** 32 === ino;
}
