import {
  countPins,
  describeCompany,
  describeInitial,
  describePin,
  describeUid,
  enterProcessesCommand,
  groupOf,
  type MissingTypes,
  missingTypes,
  NAMESPACE_TYPES,
  type NamespaceSharing,
  type NamespaceType,
  type Process,
  type Sharing,
  sharingOf,
  workloadsAround,
} from "@ns-graph/graph";
import { drawFields, type Field, field, listField } from "./fields.js";
import { dotted, flowed, type Piece, padded, piece, words } from "./flow.js";
import { cutList } from "./fold.js";
import { localPids, nameProcess } from "./members.js";
import { lackingPieces, missingFields } from "./missing-types.js";
import { nameOf, nameStyle, type Scene, showTitle } from "./scene.js";
import { drawCommand } from "./show-namespace.js";

/** Descriptors and the like that are listed one by one. */
const PINS_LISTED = 24;
/** As many as `cgroup:[4026531835]` takes. */
const NAME_CELLS = 19;

/** Everything that is known of one process. */
export function* showProcess(scene: Scene, process: Process): Generator<string, void, undefined> {
  const { pen } = scene;
  yield* flowed(pen, words(nameProcess(pen, process), "title"));
  yield* drawFields(pen, fieldsOf(scene, process));
  yield* drawCommand(pen, enterProcessesCommand(scene.graph, [process]));
}

function* fieldsOf(scene: Scene, process: Process): Generator<Field, void, undefined> {
  const { graph, pen } = scene;
  const { commandLine, uid, ppid, cgroup } = process;
  const parent = graph.process(ppid ?? 0);
  if (commandLine !== undefined && commandLine !== "") yield field("command", [words(pen.safe(commandLine))]);
  if (uid !== undefined) yield field("user", [words(pen.safe(describeUid(graph, uid)))]);
  if (ppid !== undefined)
    yield field("parent", [words(ppid === 0 ? "none" : nameProcess(pen, parent ?? { pid: ppid, namespaces: {} }))]);
  yield workloadsField(scene, process);
  if (cgroup !== undefined) yield field("cgroup", [words(pen.safe(cgroup))]);
  if (process.pids !== undefined) {
    const levels = localPids(graph, process);
    yield field(
      "PIDs",
      levels.map(({ pid, where, isInitial }) => words(`${pid} in ${where}${isInitial ? " (initial)" : ""}`)),
    );
  }
  const missing = missingTypes(graph, [process]);
  const sharing = sharingOf(graph, [process]);
  yield field("namespaces", namespaceParagraphs(scene, process, parent, sharing, missing));
  yield* missingFields(missing);
  yield* pinsField(scene, process);
}

function* namespaceParagraphs(
  scene: Scene,
  process: Process,
  parent: Process | undefined,
  sharing: Sharing,
  { lacking }: MissingTypes,
): Generator<readonly Piece[]> {
  for (const type of NAMESPACE_TYPES) {
    if (process.namespaces[type] !== undefined)
      yield membershipPieces(scene, process, parent, type, sharing[type].uses[0]);
    else if (lacking.includes(type)) yield lackingPieces(scene, type, NAME_CELLS);
  }
}

/** A namespace of the process, and whose it is besides. */
function membershipPieces(
  scene: Scene,
  process: Process,
  parent: Process | undefined,
  type: NamespaceType,
  use: NamespaceSharing | undefined,
): readonly Piece[] {
  const { graph, pen } = scene;
  const id = process.namespaces[type] ?? "";
  const namespace = graph.namespace(id);
  const name = namespace === undefined ? `${type}:[?]` : nameOf(scene, namespace);
  const initial = words(describeInitial(namespace ?? {}), namespace?.initial === false ? "own" : undefined);
  const company = use && describeCompany(graph, use, groupOf(graph, process.pid), (title) => showTitle(pen, title));
  return [
    padded(name, NAME_CELLS, namespace && nameStyle(scene, namespace)),
    ...dotted(
      pen,
      [initial, words(parentWords(scene, process, parent, type)), ...(company === undefined ? [] : [words(company)])],
      "  ",
    ),
  ];
}

/** What a process is of: its container, and the pod of that, one a line. */
function workloadsField({ graph, pen }: Scene, process: Process): Field {
  const around = workloadsAround(graph, process);
  return field(
    around.length === 1 ? "workload" : "workloads",
    around.map(({ subject }) => words(pen.safe(subject.name))),
  );
}

function parentWords(scene: Scene, process: Process, parent: Process | undefined, type: NamespaceType): string {
  const { graph, pen } = scene;
  if (process.ppid === 0) return "no parent to share it with";
  if (parent === undefined) return "its parent's is not known";
  const above = parent.namespaces[type];
  if (above === undefined) return "its parent's is not known";
  if (above === process.namespaces[type]) return "shared with its parent";
  const other = graph.namespace(above);
  return `parent in ${other === undefined ? pen.safe(above) : nameOf(scene, other)}`;
}

/** Namespaces that the process keeps alive without being in them. */
function* pinsField(scene: Scene, process: Process): Generator<Field, void, undefined> {
  const { graph, pen } = scene;
  const pins = graph.whole.pins().filter((pin) => "pid" in pin && pin.pid === process.pid);
  if (pins.length === 0) return;
  const [listed, rest] = cutList(pins, graph.view.members === "all" ? pins.length : PINS_LISTED);
  const lines = listed.map((pin) => {
    const namespace = graph.namespace(pin.namespace);
    const name = namespace === undefined ? pen.safe(pin.namespace) : nameOf(scene, namespace);
    const by = pin.kind === "for-children" ? [] : words("by");
    return [piece(name), ...by, ...words(pen.safe(describePin(pin)), "pin")];
  });
  yield listField(pen, "holds", lines, countPins(rest));
}
