import {
  type ContainerName,
  compareText,
  type Host,
  MEMBER_STYLES,
  NAMESPACE_TYPES,
  type Selection,
  type Subject,
  type SubordinateRange,
  TREE_RELATIONS,
  type Users,
  type View,
  type Viewer,
} from "@ns-graph/graph";
import { type Codec, described, mapped } from "../codec/codec.js";
import { shapeFault } from "../codec/document-fault.js";
import { jsonValue } from "../codec/json-text.js";
import { ascendingOf, dictionaryOf, listOf } from "../codec/lists.js";
import { objectOf, optional, recordOf, required, taggedBy } from "../codec/record.js";
import { oneOf, text, yes } from "../codec/scalars.js";
import { MAX_ITEMS, membership, namespaceId, namespaceType, natural, pid, uid } from "./basics.js";

const toolRecord = objectOf({ name: required(text), version: required(text) });

/** The program that took the survey. The model does not know it: it is kept as the document has it. */
export const tool: Codec<Readonly<Record<string, unknown>>> = {
  schema: toolRecord.schema,
  read(value, reading) {
    toolRecord.read(value, reading);
    return value as Readonly<Record<string, unknown>>;
  },
  write: (value) => jsonValue(value) ?? "{}",
};

export const host = recordOf<Host>(
  {
    hostname: optional(text, "uname(2) nodename. Hostile text."),
    kernel: optional(text, "uname(2) release, such as 6.18.44."),
    bootId: optional(text, "/proc/sys/kernel/random/boot_id: documents with the same one come from the same boot."),
    takenAt: optional(text, "When the survey began, RFC 3339 in UTC."),
  },
  "kept",
);

export const viewer = recordOf<Viewer>(
  {
    pid: optional(pid, "Its PID."),
    euid: optional(uid, "Its effective uid."),
    capabilities: optional(listOf(text, 1024), "Its effective capabilities by their names in capabilities(7), sorted."),
    namespaces: required(membership),
  },
  "kept",
);

const subordinateRange = recordOf<SubordinateRange>({
  owner: required(text, "Login name, or a uid in decimal. Hostile text."),
  start: required(natural, "The first id."),
  count: required(natural, "How many."),
});

const namesById = (form: string) =>
  dictionaryOf(text, (a, b) => Number(a) - Number(b), { pattern: /^(0|[1-9][0-9]{0,9})$/, form });
const subordinateRanges = listOf(described(subordinateRange, "A range."), MAX_ITEMS);

export const users = recordOf<Users>({
  from: optional(
    oneOf(["process-1", "unread"]),
    "Whose files have them, where those that the viewer sees in /etc are not those of the machine. process-1: those in /etc of process 1. unread: nobody's, because these could not be read.",
  ),
  names: required(namesById("a uid in decimal"), "Login name by uid. Hostile texts."),
  groupNames: optional(namesById("a gid in decimal"), "Group name by gid. Hostile texts."),
  subuids: optional(subordinateRanges, "Subordinate uids (subuid(5))."),
  subgids: optional(subordinateRanges, "Subordinate gids (subgid(5))."),
});

const pod = recordOf<NonNullable<ContainerName["pod"]>>({
  name: required(text, "The name of the pod."),
  namespace: optional(text, "The namespace of Kubernetes that the pod is in."),
});

export const containerNames = dictionaryOf(
  described(
    recordOf<ContainerName>({
      name: required(text, "Its name."),
      pod: optional(pod, "The pod that it is in."),
      image: optional(text, "The image that it was made from."),
    }),
    "A container.",
  ),
  compareText,
);

type WorkloadSubject = Subject & { readonly kind: "workload" };

/** A view as documents have it: readers of 0.1.0 pass over a workload, and would refuse another kind of subject. */
interface StoredView extends Omit<View, "subject"> {
  readonly subject?: Exclude<Subject, WorkloadSubject>;
  readonly workload?: Omit<WorkloadSubject, "kind">;
}

const kind = required(oneOf<Exclude<Subject, WorkloadSubject>["kind"]>(["namespace", "process"]));

const subject = taggedBy<Exclude<Subject, WorkloadSubject>>("kind", {
  namespace: objectOf({ kind, id: required(namespaceId) }),
  process: objectOf({
    kind,
    pid: required(pid, "The process."),
  }),
});

const workload = recordOf<Omit<WorkloadSubject, "kind">>({
  name: required(text, "What it is called, as drawings call it. Hostile text."),
  pids: required(ascendingOf(described(pid, "A process."), MAX_ITEMS), "Its processes, by pid."),
});

const storedView = recordOf<StoredView>({
  tree: required(oneOf(TREE_RELATIONS), "The relation that a tree follows."),
  members: required(
    oneOf(MEMBER_STYLES),
    "How member processes are shown. With none, they are left out of the document, and memberCount stands for them.",
  ),
  subject: optional(subject, "The one namespace or process that was asked for."),
  workload: optional(workload, "The one workload that was asked for."),
});

export const view: Codec<View> = {
  ...mapped<StoredView, View>(
    storedView,
    ({ workload: asked, ...rest }) => {
      if (asked === undefined) return rest;
      if (rest.subject !== undefined) throw shapeFault('has both "subject" and "workload"');
      return { ...rest, subject: { kind: "workload", ...asked } };
    },
    ({ subject: asked, ...rest }) => {
      if (asked?.kind !== "workload") return asked === undefined ? rest : { ...rest, subject: asked };
      return { ...rest, workload: asked };
    },
  ),
  schema: (definitions) => ({
    ...storedView.schema(definitions),
    not: { type: "object", properties: { subject: true, workload: true }, required: ["subject", "workload"] },
  }),
};

const subtree = recordOf<NonNullable<Selection["subtree"]>>({
  pid: required(pid, "The process."),
  type: required(oneOf(["user", "pid"]), "Which of its namespaces."),
});

export const selection = recordOf<Selection>({
  types: optional(listOf(namespaceType, NAMESPACE_TYPES.length), "Only namespaces of these types."),
  pids: optional(listOf(pid, MAX_ITEMS), "Only the namespaces of these processes, by pid."),
  subtree: optional(subtree, "Only the user or pid namespace of a process, and what is below it."),
  pidHierarchy: optional(yes, "Only pid namespaces."),
  processless: optional(yes, "Only namespaces in which no process was seen."),
});
