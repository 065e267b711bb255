import {
  type Answer,
  type BlindSpot,
  type ContainerName,
  type ContainerNames,
  type Evidence,
  type Executable,
  type Host,
  type IdRange,
  type Init,
  type Link,
  linkedId,
  MEMBER_STYLES,
  type Membership,
  NAMESPACE_TYPES,
  type Namespace,
  type NetworkInterface,
  type OtherPin,
  type PIN_KINDS,
  type Pin,
  type Problem,
  type Process,
  parseNamespaceId,
  type Selection,
  type Source,
  type Subject,
  type SubordinateRange,
  type TimeOffsets,
  TREE_RELATIONS,
  type Users,
  type View,
  type Viewer,
} from "@ns-graph/graph";
import { quote } from "./json-cursor.js";
import {
  dictionaryOf,
  type Fields,
  listOf,
  matching,
  oneOf,
  optional,
  type Read,
  recordOf,
  remembered,
  taggedBy,
  text,
  truth,
  tupleOf,
  whole,
  yes,
} from "./shape.js";

/*
 * What schema/ns-graph-1.schema.json says, as functions that read it. Where there may be only so many of something,
 * the number is far above what Linux allows; it bounds what a hostile document can make of the memory.
 */

/** The most members that one of the document's own lists may have: as many as there can be processes (PID_MAX_LIMIT). */
export const MAX_ITEMS = 2 ** 22;

export const pid = whole(1);
export const natural = whole(0);
const uid = whole(0, 2 ** 32 - 1);

export const namespaceId: Read<string> = (cursor) => {
  cursor.peek();
  const at = cursor.at;
  const value = cursor.string(ID_FORM);
  if (parseNamespaceId(value) !== undefined) return value;
  throw cursor.fault(`${ID_FORM}, not ${quote(value)}`, at);
};
const ID_FORM = 'must be the id of a namespace, such as "4:4026531837"';

const typeFields = Object.fromEntries(
  NAMESPACE_TYPES.map((type) => [type, optional(namespaceId)]),
) as Fields<Membership>;

export const membership: Read<Membership> = remembered(recordOf<Membership>(typeFields, "refused"), (namespaces) =>
  NAMESPACE_TYPES.map((type) => namespaces[type] ?? "").join(" "),
);

const LINK_STATES = ["known", "none", "invisible", "unknown"] as const;

const knownLink = recordOf<Extract<Link, { state: "known" }>>({ state: oneOf(["known"]), id: namespaceId }, "dropped");
const plainLink = recordOf<Exclude<Link, { state: "known" }>>(
  { state: oneOf(["none", "invisible", "unknown"]) },
  "dropped",
);

const link: Read<Link> = remembered(
  taggedBy<Link["state"], Link>("state", oneOf(LINK_STATES), (state) => (state === "known" ? knownLink : plainLink)),
  (value) => `${value.state} ${linkedId(value) ?? ""}`,
);

export const host: Read<Host> = recordOf<Host>(
  { hostname: optional(text), kernel: optional(text), bootId: optional(text), takenAt: optional(text) },
  "kept",
);

export const viewer: Read<Viewer> = recordOf<Viewer>(
  {
    pid: optional(pid),
    euid: optional(uid),
    capabilities: optional(listOf(text, 1024)),
    namespaces: membership,
  },
  "kept",
);

/** The program that took the survey. The model does not know it: it is kept as the document has it. */
export const tool: Read<Readonly<Record<string, unknown>>> = (cursor) => {
  const { name, version, extra } = toolRecord(cursor);
  return { name, version, ...extra };
};
const toolRecord = recordOf<{
  readonly name: string;
  readonly version: string;
  readonly extra?: Readonly<Record<string, unknown>>;
}>({ name: text, version: text }, "kept");

/** Kinds of places that this version does not know are kept too. */
export const sources: Read<readonly Source[]> = listOf(text as Read<Source>, 1024);

/** The processes that alone were read. */
export const pids: Read<readonly number[]> = listOf(pid, MAX_ITEMS);

const subordinateRange = recordOf<SubordinateRange>({ owner: text, start: natural, count: natural }, "dropped");

export const users: Read<Users> = recordOf<Users>(
  {
    names: dictionaryOf(text, { key: /^(0|[1-9]\d{0,9})$/, form: "a uid in decimal" }),
    subuids: optional(listOf(subordinateRange, MAX_ITEMS)),
  },
  "dropped",
);

const pod = recordOf<NonNullable<ContainerName["pod"]>>({ name: text, namespace: optional(text) }, "dropped");

export const containerNames: Read<ContainerNames> = dictionaryOf(
  recordOf<ContainerName>({ name: text, pod: optional(pod) }, "dropped"),
);

const SUBJECT_KINDS = ["namespace", "process"] as const;

const namespaceSubject = recordOf<Extract<Subject, { kind: "namespace" }>>(
  { kind: oneOf(["namespace"]), id: namespaceId },
  "dropped",
);
const processSubject = recordOf<Extract<Subject, { kind: "process" }>>({ kind: oneOf(["process"]), pid }, "dropped");

export const view: Read<View> = recordOf<View>(
  {
    tree: oneOf(TREE_RELATIONS),
    members: oneOf(MEMBER_STYLES),
    subject: optional(
      taggedBy<Subject["kind"], Subject>("kind", oneOf(SUBJECT_KINDS), (kind) =>
        kind === "namespace" ? namespaceSubject : processSubject,
      ),
    ),
  },
  "dropped",
);

const subtree = recordOf<NonNullable<Selection["subtree"]>>({ pid, type: oneOf(["user", "pid"]) }, "dropped");

export const selection: Read<Selection> = recordOf<Selection>(
  {
    types: optional(listOf(oneOf(NAMESPACE_TYPES), NAMESPACE_TYPES.length)),
    pids: optional(listOf(pid, MAX_ITEMS)),
    subtree: optional(subtree),
    pidHierarchy: optional(yes),
    processless: optional(yes),
  },
  "dropped",
);

const idRange = tupleOf<IdRange>([uid, uid, whole(0, 2 ** 32)]);
const idMap = listOf(idRange, 1024);
const clockOffset = tupleOf<readonly [string, number]>([
  matching(/^-?\d{1,20}$/, "seconds in decimal"),
  whole(-999_999_999, 999_999_999),
]);
const timeOffsets = recordOf<TimeOffsets>({ monotonic: clockOffset, boottime: clockOffset }, "dropped");
const networkInterface = recordOf<NetworkInterface>(
  { name: text, state: optional(text), addresses: listOf(text, 65_536) },
  "dropped",
);

const init = recordOf<Init>({ state: text, pid: optional(pid) }, "dropped");

const namespaceRecord = recordOf<Namespace>(
  {
    id: namespaceId,
    type: oneOf(NAMESPACE_TYPES),
    ino: whole(1),
    dev: natural,
    nsId: optional(matching(/^\d{1,20}$/, "a 64-bit number in decimal, as a text")),
    initial: optional(truth),
    level: optional(natural),
    parent: link,
    owner: link,
    ownerUid: optional(uid),
    memberCount: optional(natural),
    context: optional(yes),
    uidMap: optional(idMap),
    gidMap: optional(idMap),
    setgroups: optional(oneOf(["allow", "deny"])),
    timeOffsets: optional(timeOffsets),
    interfaces: optional(listOf(networkInterface, 65_536)),
    unassignedAddresses: optional(listOf(text, 65_536)),
    mountCount: optional(natural),
    rootMount: optional(text),
    hostname: optional(text),
    cgroupRoot: optional(text),
    initPid: optional(pid),
    init: optional(init),
  },
  "kept",
);

export const namespace: Read<Namespace> = (cursor) => {
  cursor.peek();
  const { at } = cursor;
  const value = namespaceRecord(cursor);
  const { id, dev, ino } = value;
  if (id === `${dev}:${ino}`) return value;
  throw cursor.fault(`has the id ${quote(id)}, but dev ${dev} and ino ${ino}`, at);
};

/** Whether something is borne out. */
export const evidence: Read<Evidence> = oneOf(["yes", "no", "unknown"]);

export const process: Read<Process> = recordOf<Process>(
  {
    pid,
    ppid: optional(natural),
    comm: optional(text),
    uid: optional(uid),
    state: optional(text),
    mainThreadExited: optional(yes),
    ending: optional(yes),
    kernelThread: optional(yes),
    pids: optional(listOf(natural, 1024)),
    cgroup: optional(text),
    commandLine: optional(text),
    executable: optional(recordOf<Executable>({ path: optional(text), borneOut: evidence }, "dropped")),
    namespaces: membership,
    context: optional(yes),
  },
  "kept",
);

/** How many words of a command are accepted: far more than one has. */
const MAX_WORDS = 64;

export const answer: Read<Answer> = recordOf<Answer>(
  {
    why: optional(text),
    init: optional(init),
    enterWith: optional(listOf(text, MAX_WORDS)),
    enterNote: optional(text),
  },
  "dropped",
);

type PinOf<Kind extends Pin["kind"]> = Extract<Pin, { readonly kind: Kind }>;

/** How many more like it are not listed. */
const more = optional(whole(1));

const pinsByKind: { readonly [Kind in (typeof PIN_KINDS)[number]]: Read<PinOf<Kind>> } = {
  thread: recordOf<PinOf<"thread">>({ kind: oneOf(["thread"]), namespace: namespaceId, pid, tid: pid, more }, "kept"),
  fd: recordOf<PinOf<"fd">>(
    { kind: oneOf(["fd"]), namespace: namespaceId, pid, tid: optional(pid), fd: natural, more },
    "kept",
  ),
  socket: recordOf<PinOf<"socket">>(
    { kind: oneOf(["socket"]), namespace: namespaceId, pid, tid: optional(pid), fd: natural, more },
    "kept",
  ),
  mount: recordOf<PinOf<"mount">>(
    {
      kind: oneOf(["mount"]),
      namespace: namespaceId,
      path: text,
      mountNamespace: namespaceId,
      reachableFrom: optional(pid),
      more,
    },
    "kept",
  ),
  "for-children": recordOf<PinOf<"for-children">>(
    { kind: oneOf(["for-children"]), namespace: namespaceId, pid, tid: optional(pid), begun: optional(truth), more },
    "kept",
  ),
  unseen: recordOf<PinOf<"unseen">>({ kind: oneOf(["unseen"]), namespace: namespaceId, more }, "kept"),
};

const otherRecord = recordOf<Omit<OtherPin, "kind" | "name"> & { readonly kind: string }>(
  { kind: text, namespace: namespaceId, more },
  "kept",
);

const otherPin: Read<OtherPin> = (cursor) => {
  const { kind: name, ...rest } = otherRecord(cursor);
  return { kind: "other", name, ...rest };
};

export const pin: Read<Pin> = taggedBy<string, Pin>("kind", text, (kind) =>
  Object.hasOwn(pinsByKind, kind) ? pinsByKind[kind as (typeof PIN_KINDS)[number]] : otherPin,
);

export const problem: Read<Problem> = recordOf<Problem>(
  {
    code: text,
    errno: optional(text),
    pid: optional(natural),
    tid: optional(natural),
    fd: optional(natural),
    namespace: optional(namespaceId),
    type: optional(oneOf(NAMESPACE_TYPES)),
    path: optional(text),
    what: optional(text),
    count: optional(natural),
  },
  "kept",
);

/** What a document says of what could not be looked at. Of kinds that this version does not know it knows no less than that. */
export const blindSpot: Read<BlindSpot> = recordOf<BlindSpot>(
  {
    of: oneOf(["members", "holders"]),
    what: text as Read<BlindSpot["what"]>,
    codes: listOf(text, 1024),
    types: listOf(oneOf(NAMESPACE_TYPES), NAMESPACE_TYPES.length),
    initial: optional(yes),
    level: optional(natural),
    notBelow: optional(namespaceId),
    count: optional(natural),
  },
  "dropped",
);
