import type {
  Answer,
  BlindSpot,
  Namespace,
  Pin,
  Problem,
  Process,
  Processless,
  Selection,
  Source,
  SurveyFrame,
} from "@ns-graph/graph";
import { described, type Schema } from "../codec/codec.js";
import { linesOf, listOf } from "../codec/lists.js";
import { optional, recordOf, required } from "../codec/record.js";
import { constant, texts, truth, yes } from "../codec/scalars.js";
import { FORMAT, FORMAT_VERSION } from "../format.js";
import { answer } from "./answer.js";
import { MAX_ITEMS, pid } from "./basics.js";
import { containerNames, host, selection, tool, users, view, viewer } from "./frame.js";
import { namespace } from "./namespace.js";
import { pin } from "./pin.js";
import { blindSpot, problem } from "./problem.js";
import { process } from "./process.js";
import { processless } from "./processless.js";
import { type StatedGroup, workloadGroup } from "./workload.js";

/** All that a document says. */
export interface Document extends Omit<SurveyFrame, "complete" | "blindSpots"> {
  readonly format: typeof FORMAT;
  readonly version: typeof FORMAT_VERSION;
  readonly tool: Readonly<Record<string, unknown>>;
  readonly complete: boolean;
  readonly selection?: Selection;
  readonly answer?: Answer;
  readonly namespaces: readonly Namespace[];
  readonly processes?: readonly Process[];
  readonly workloads?: readonly StatedGroup[];
  readonly processless?: readonly Processless[];
  readonly pins: readonly Pin[];
  readonly problems: readonly Problem[];
  readonly blindSpots?: readonly BlindSpot[];
  readonly otherNamespaces?: readonly Namespace[];
  readonly otherProcesses?: readonly Process[];
  readonly otherPins?: readonly Pin[];
}

export const documentRecord = recordOf<Document>(
  {
    format: required(constant(FORMAT), "Tells the document from others."),
    version: required(constant(FORMAT_VERSION), "Changes only if those who read version 1 would misunderstand."),
    tool: required(tool, "The program that took the survey."),
    host: required(host, "The machine."),
    viewer: required(viewer, "Who looked. What is invisible, and which uids and PIDs are shown, depends on it."),
    sources: required(
      listOf(texts<Source>(), 1024),
      "The places that were searched: process (links in /proc/PID/ns), thread, for-children, fd, socket, mount, kernel (its own lists). More may come without a new version of the format.",
    ),
    pids: optional(
      listOf(described(pid, "A process."), MAX_ITEMS),
      "The only processes that were read, where some were named; absent where all that are listed were.",
    ),
    complete: required(
      truth,
      "True only if every place was searched, nothing visible was missed, and the viewer could see the whole machine.",
    ),
    users: optional(users, "Names of the uids and gids, where they were asked for."),
    containerNames: optional(
      containerNames,
      "What people call containers, where that was asked for: by the ids that occur in cgroup paths what the machine's engines call those that root made, by the cgroup what is known of others, and by uid and id (1000:ID) what is known of those that only a monitor of that user tells of. Hostile texts.",
    ),
    view: optional(view, "How the graph was asked to be shown; absent where nothing was asked for."),
    isPart: optional(yes, "This is a part of what was surveyed, and nothing is known of the rest."),
    selection: optional(
      selection,
      "What was selected of the graph before it was written, beside the subject or workload of the view; absent where nothing was. What was left out of it is in otherNamespaces, otherProcesses and otherPins, as far as what is said of the rest depends on it. Where that is absent although there is something with context, the document was written by ns-graph 0.1.0, is of a selection, and nothing is known of what that left out.",
    ),
    answer: optional(
      answer,
      "What is answered about the subject or workload of the view. It follows from the rest of the document, and is found anew when that is read. Absent where the view has neither or shows no members, or the document lacks it.",
    ),
    namespaces: required(
      linesOf(namespace, MAX_ITEMS),
      "All namespaces, by type, dev and ino; of a selection those that it draws.",
    ),
    processes: optional(
      linesOf(process, MAX_ITEMS),
      "All processes, by pid; of a selection those that it draws. Absent where the view shows no members.",
    ),
    workloads: optional(
      linesOf(workloadGroup, MAX_ITEMS),
      "All processes, grouped by what they belong to, and how each group is isolated; of a selection the groups of the whole that one of its processes is in, with all of their processes. It follows from the rest of the document, and is found anew when that is read. The machine itself comes first, what could not be read last. Absent where the processes are.",
    ),
    processless: optional(
      linesOf(processless, MAX_ITEMS),
      "The namespaces in which no process was seen, and why they may be there, the most suspicious first; of a selection those that were selected. It follows from the rest of the document, and is found anew when that is read.",
    ),
    pins: required(
      linesOf(pin, MAX_ITEMS),
      "All pins, by namespace, kind and holder; of a selection those of the namespaces that were selected.",
    ),
    problems: required(linesOf(problem, MAX_ITEMS), "What could not be learned, by code and subject."),
    blindSpots: optional(
      linesOf(blindSpot, MAX_ITEMS),
      "What could not be looked at, so that members or holders of namespaces may be missing; it follows from the rest. One concerns the namespaces of its types; if it has initial, only those that are initial or may be; if it has a level, of those with a level only those at it. One with notBelow concerns neither that pid namespace nor those below it. What no blind spot concerns is all there is.",
    ),
    otherNamespaces: optional(
      linesOf(namespace, MAX_ITEMS),
      "Of a selection: the namespaces that it does not draw, without what is known of them besides relatives, users and init.",
    ),
    otherProcesses: optional(
      linesOf(process, MAX_ITEMS),
      "Of a selection: the processes that it does not draw, without uid, and without commandLine but where that names a group or tells that one is a sandbox. Absent where the view shows no members.",
    ),
    otherPins: optional(linesOf(pin, MAX_ITEMS), "Of a selection: the other pins."),
  },
  "kept",
);

/** The JSON Schema of documents. What it says of more than one member is checked where a graph is made of them. */
export function documentSchema(): Schema {
  const definitions = new Map<string, Schema>();
  return {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    $id: "https://raw.githubusercontent.com/ns-graph/ns-graph/main/packages/render-json/schema/ns-graph-1.schema.json",
    title: "ns-graph document, version 1",
    description:
      "The Linux namespaces of a machine at one moment, and what holds them. All lists are flat and sorted (namespaces by type, dev and ino; processes by pid); edges are ids. A field that was not asked for is absent; a field that could not be read is absent and has a problem. Whole numbers that may exceed 2^53 are texts. Members that this schema does not name may be there, and mean nothing to those who do not know them. Beyond what a schema can say: an id is dev, a colon and ino; no two namespaces have the same id, no two processes the same pid, no pin or problem is there twice, and the pids of a workload that was asked for ascend.",
    ...documentRecord.schema(definitions),
    dependentRequired: Object.fromEntries(
      ["otherNamespaces", "otherProcesses", "otherPins"].map((name) => [name, ["selection"]]),
    ),
    if: {
      properties: {
        view: { type: "object", properties: { members: { const: "none" } }, required: ["members"] },
      },
      required: ["view"],
    },
    else: { properties: { processes: true }, required: ["processes"] },
    $defs: Object.fromEntries(definitions),
  };
}
