import type { Fact, NamespaceFacts, NamespaceId, NamespaceType, Problem } from "@ns-graph/graph";
import { ENOENT, ESRCH, errnoName } from "./errno.js";
import { parseIdMap, parseTimeOffsets } from "./id-map.js";
import { AT_FDCWD, closeFd, O_DIRECTORY, O_PATH, openAt, readFileAt, readLinkAt } from "./libc.js";
import { linkedInode } from "./memberships.js";
import type { ScanContext } from "./scan-context.js";

/** What is read below /proc/PID of a member of the namespace. */
type Reader = (directory: number, read: (file: string) => string | undefined) => NamespaceFacts;

interface FactReader {
  readonly fact: Fact;
  readonly type: NamespaceType;
  /** The facts' name in a problem. */
  readonly what: string;
  readonly read: Reader;
}

const READERS: readonly FactReader[] = [
  {
    fact: "maps",
    type: "user",
    what: "uid_map",
    read: (_directory, read) => {
      const uidMap = read("uid_map");
      const gidMap = read("gid_map");
      const setgroups = read("setgroups")?.trim();
      return {
        ...(uidMap === undefined ? {} : { uidMap: parseIdMap(uidMap) }),
        ...(gidMap === undefined ? {} : { gidMap: parseIdMap(gidMap) }),
        ...(setgroups === "allow" || setgroups === "deny" ? { setgroups } : {}),
      };
    },
  },
  {
    fact: "time-offsets",
    type: "time",
    what: "timens_offsets",
    read: (_directory, read) => {
      const text = read("timens_offsets");
      const timeOffsets = text === undefined ? undefined : parseTimeOffsets(text);
      return timeOffsets === undefined ? {} : { timeOffsets };
    },
  },
];

/** Reads the facts of a namespace through one of its members; each file is read from a process that is in it for certain. */
export function readFacts(
  context: ScanContext,
  id: NamespaceId,
  type: NamespaceType,
  members: readonly number[],
  facts: ReadonlySet<Fact>,
): { facts: NamespaceFacts; problems: Problem[] } {
  const readers = READERS.filter((reader) => reader.type === type && facts.has(reader.fact));
  if (readers.length === 0) return { facts: {}, problems: [] };
  for (const pid of members) {
    const directory = openMemberDirectory(context, id, type, pid);
    if (directory < 0) continue;
    const problems: Problem[] = [];
    const read = (file: string): string | undefined => {
      const bytes = readFileAt(directory, file, "records");
      if (typeof bytes !== "number") return bytes.toString("latin1");
      // A kernel that lacks the file has nothing to tell.
      if (bytes !== -ENOENT && bytes !== -ESRCH)
        problems.push({ code: "FACT_UNREADABLE", what: file, namespace: id, type, errno: errnoName(-bytes) });
      return undefined;
    };
    const found = Object.assign({}, ...readers.map((reader) => reader.read(directory, read))) as NamespaceFacts;
    closeFd(directory);
    return { facts: found, problems };
  }
  return { facts: {}, problems: readers.map(({ what }) => ({ code: "FACT_UNAVAILABLE", what, namespace: id, type })) };
}

/** The directory of a process, if it is in the namespace; what is read below it is of that process alone. */
function openMemberDirectory(context: ScanContext, id: NamespaceId, type: NamespaceType, pid: number): number {
  const directory = context.budget.open(() => openAt(AT_FDCWD, `/proc/${pid}`, O_PATH | O_DIRECTORY));
  if (directory < 0) return directory;
  const length = readLinkAt(directory, `ns/${type}`);
  if (length >= 0 && context.memberships.id(linkedInode(length)) === id) return directory;
  closeFd(directory);
  return -ESRCH;
}
