import { type Evidence, NAMESPACE_TYPES, type NamespaceType, type Pod, type Workload } from "@ns-graph/graph";
import { evidence, MAX_ITEMS, namespaceId, natural, pid } from "./document-shapes.js";
import { type Fields, listOf, optional, type Read, recordOf, text, truth } from "./shape.js";

/** How long the way to a workload may be: far more than the model has workloads inside one another. */
const MAX_DEPTH = 64;

const pod = recordOf<Pod>(
  { id: text, qos: optional(text), name: optional(text), namespace: optional(text) },
  "dropped",
);

/** What a document says of a workload; those of older versions do not say whether it is borne out. */
type StatedWorkload = Omit<Workload, "borneOut" | "inside"> & {
  readonly borneOut?: Evidence;
  readonly inside?: StatedWorkload;
};

const workload: Read<StatedWorkload> = (cursor) => {
  if (cursor.path.length > MAX_DEPTH) throw cursor.fault("is too deep inside others");
  return workloadRecord(cursor);
};
const workloadRecord = recordOf<StatedWorkload>(
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
    borneOut: optional(evidence),
  },
  "dropped",
);

/** What the document says of a group of processes; it follows from the rest. */
interface StatedGroup {
  readonly kind: string;
  readonly engine?: string;
  readonly borneOut?: Evidence;
  readonly workload?: StatedWorkload;
  readonly leader: number;
  readonly processCount: number;
  readonly pids?: readonly number[];
  readonly isolation: Readonly<Partial<Record<NamespaceType, StatedUse>>>;
  readonly exposed?: readonly string[];
  readonly parts?: readonly StatedPart[];
}

/** Processes of a group that others of it differ from. */
interface StatedPart {
  readonly leader: number;
  readonly processCount: number;
  readonly pids: readonly number[];
  readonly isolation: StatedGroup["isolation"];
}

interface StatedUse {
  readonly state: string;
  readonly namespaces: readonly string[];
  readonly certain?: boolean;
}

const use = recordOf<StatedUse>(
  { state: text, namespaces: listOf(namespaceId, MAX_ITEMS), certain: optional(truth) },
  "dropped",
);

const isolation = recordOf<StatedGroup["isolation"]>(
  Object.fromEntries(NAMESPACE_TYPES.map((type) => [type, optional(use)])) as Fields<StatedGroup["isolation"]>,
  "dropped",
);

const part = recordOf<StatedPart>(
  { leader: pid, processCount: natural, pids: listOf(pid, MAX_ITEMS), isolation },
  "dropped",
);

const group = recordOf<StatedGroup>(
  {
    kind: text,
    engine: optional(text),
    borneOut: optional(evidence),
    workload: optional(workload),
    leader: pid,
    processCount: natural,
    pids: optional(listOf(pid, MAX_ITEMS)),
    isolation,
    exposed: optional(listOf(text, NAMESPACE_TYPES.length)),
    parts: optional(listOf(part, MAX_ITEMS)),
  },
  "dropped",
);

/** A group of processes: checked, and found anew from the processes when somebody asks. */
export const workloadGroup: Read<undefined> = (cursor) => {
  group(cursor);
  return undefined;
};
