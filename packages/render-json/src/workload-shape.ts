import { NAMESPACE_TYPES, type NamespaceType, type Pod, type Workload } from "@ns-graph/graph";
import { MAX_ITEMS, namespaceId, natural, pid } from "./document-shapes.js";
import { type Fields, listOf, optional, type Read, recordOf, text } from "./shape.js";

/** How long the way to a workload may be: far more than the model has workloads inside one another. */
const MAX_DEPTH = 64;

const pod = recordOf<Pod>(
  { id: text, qos: optional(text), name: optional(text), namespace: optional(text) },
  "dropped",
);

const workload: Read<Workload> = (cursor) => {
  if (cursor.path.length > MAX_DEPTH) throw cursor.fault("is too deep inside others");
  return workloadRecord(cursor);
};
const workloadRecord = recordOf<Workload>(
  {
    kind: text as Read<Workload["kind"]>,
    engine: text,
    cgroup: text,
    id: optional(text),
    name: optional(text),
    pod: optional(pod),
    unit: optional(text),
    user: optional(natural),
    inside: optional(workload),
  },
  "dropped",
);

/** What the document says of a group of processes; it follows from the rest. */
interface StatedGroup {
  readonly kind: string;
  readonly engine?: string;
  readonly workload?: Workload;
  readonly leader: number;
  readonly processCount: number;
  readonly pids?: readonly number[];
  readonly isolation: Readonly<Partial<Record<NamespaceType, StatedUse>>>;
  readonly exposed?: readonly string[];
}

interface StatedUse {
  readonly state: string;
  readonly namespaces: readonly string[];
}

const use = recordOf<StatedUse>({ state: text, namespaces: listOf(namespaceId, MAX_ITEMS) }, "dropped");

const group = recordOf<StatedGroup>(
  {
    kind: text,
    engine: optional(text),
    workload: optional(workload),
    leader: pid,
    processCount: natural,
    pids: optional(listOf(pid, MAX_ITEMS)),
    isolation: recordOf<StatedGroup["isolation"]>(
      Object.fromEntries(NAMESPACE_TYPES.map((type) => [type, optional(use)])) as Fields<StatedGroup["isolation"]>,
      "dropped",
    ),
    exposed: optional(listOf(text, NAMESPACE_TYPES.length)),
  },
  "dropped",
);

/** A group of processes: checked, and found anew from the processes when somebody asks. */
export const workloadGroup: Read<undefined> = (cursor) => {
  group(cursor);
  return undefined;
};
