import {
  isInitial,
  isInitialInode,
  type Membership,
  NAMESPACE_TYPES,
  type NamespaceType,
  parseNamespaceId,
  type Users,
} from "@ns-graph/graph";
import { ENOENT } from "../kernel/errno.js";
import {
  AT_FDCWD,
  closeFd,
  O_DIRECTORY,
  O_PATH,
  openAt,
  openAt2,
  RESOLVE_IN_ROOT,
  RESOLVE_NO_MAGICLINKS,
  type Status,
  statusAt,
  statusOf,
} from "../kernel/libc.js";
import { ACCOUNT_FILES, type AccountFile, readUsers } from "./users.js";

/** A file that is opened with O_PATH. */
type Opened = number | undefined;

/**
 * The names of uids and gids. Where /proc shows the whole machine, the uids in it are the machine's, and are called as process 1
 * has it: a container that shares the machine's PIDs has an /etc of its own, which says nothing of them. Elsewhere (in a
 * container of its own, or in a user namespace, where ids have other numbers) the viewer's own /etc is what counts.
 *
 * @param own the viewer's namespaces
 * @param isWhole whether /proc shows the initial PID namespace
 * @param processOne the folder of process 1, but in tests
 */
export function readMachineUsers(own: Membership, isWhole: boolean, processOne = "/proc/1"): Users {
  const here = () => readUsers((file) => `/etc/${file}`);
  if (!isWhole || isKnownInitial(own, "user") !== true || isKnownInitial(own, "mnt") === true) return here();
  const root = openAt(AT_FDCWD, `${processOne}/root`, O_PATH | O_DIRECTORY);
  // Who may not look at process 1 sees whether other namespaces are the machine's.
  if (root < 0) return NAMESPACE_TYPES.some((type) => isKnownInitial(own, type) === false) ? UNREAD : here();
  const files = new Map<AccountFile, Opened>();
  try {
    for (const file of ACCOUNT_FILES) {
      const opened = openThere(root, file);
      if (opened !== undefined && opened < 0) return UNREAD;
      files.set(file, opened);
    }
    if (ACCOUNT_FILES.every((file) => isSame(file, files.get(file)))) return here();
    const pathOf = (opened: Opened) => (opened === undefined ? undefined : `/proc/self/fd/${opened}`);
    return { from: "process-1", ...readUsers((file) => pathOf(files.get(file))) };
  } finally {
    for (const opened of files.values()) if (opened !== undefined) closeFd(opened);
    closeFd(root);
  }
}

const UNREAD: Users = { from: "unread", names: {} };

/** Whether the viewer is in the initial namespace of a type; undefined where its number does not tell. */
function isKnownInitial(own: Membership, type: NamespaceType): boolean | undefined {
  const id = own[type];
  const ino = id === undefined ? undefined : parseNamespaceId(id)?.ino;
  if (id === undefined || ino === undefined) return undefined;
  const isFixed = (one: NamespaceType) => isInitialInode(one, parseNamespaceId(own[one] ?? "")?.ino ?? 0);
  return isInitial({ id, type, ino }, { fixedNetAndMnt: isFixed("net") || isFixed("mnt") });
}

/** A file in /etc of a process, as its root directory has it: undefined where there is none, -errno where it can't be had. */
function openThere(root: number, file: AccountFile): Opened {
  const path = Buffer.from(`etc/${file}\0`);
  const opened = openAt2(root, path, O_PATH, RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS);
  return opened === -ENOENT ? undefined : opened;
}

/** Whether the viewer has the same file in /etc, or likewise none. */
function isSame(file: AccountFile, there: Opened): boolean {
  const identify = (status: Status | number) =>
    typeof status === "number" ? undefined : `${status.dev}:${status.ino}`;
  return identify(statusAt(AT_FDCWD, `/etc/${file}`)) === (there === undefined ? undefined : identify(statusOf(there)));
}
