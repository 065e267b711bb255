import {
  type Below,
  belowBeside,
  countOf,
  describeBelow,
  describeLed,
  describeNothingBeside,
  describeSharing,
  describeWorkload,
  enterProcessesCommand,
  groupOf,
  isZombie,
  type MissingTypes,
  missingTypes,
  NAMESPACE_TYPES,
  type NamespaceId,
  type NamespaceSharing,
  type NamespaceType,
  nameInit,
  type Pin,
  type Process,
  partsOf,
  pinsBeside,
  podTitle,
  processesOf,
  type Sharing,
  type Subject,
  sharingOf,
  spellTitle,
  userNaming,
} from "@ns-graph/graph";
import { drawFields, type Field, field } from "./fields.js";
import { dotted, flowed, type Piece, padded, words } from "./flow.js";
import { listedProcesses } from "./members.js";
import { lackingPieces, missingFields } from "./missing-types.js";
import { pinParagraphs } from "./pins.js";
import { nameOf, type Scene, showTitle } from "./scene.js";
import { drawCommand } from "./show-namespace.js";
import { presencesField } from "./workloads-field.js";

/** As many as `cgroup` takes. */
const TYPE_CELLS = 6;
/** As many as `cgroup:[4026531835]` takes. */
const ID_CELLS = 19;

/** Everything that is known of one workload. */
export function* showWorkload(
  scene: Scene,
  subject: Subject & { readonly kind: "workload" },
): Generator<string, void, undefined> {
  const { graph, pen } = scene;
  const processes = processesOf(graph, subject);
  if (processes.length === 0) return;
  const led = describeLed(processes, (name) => showTitle(pen, name));
  yield* flowed(pen, [...words(pen.safe(subject.name), "title"), ...dotted(pen, [words(led)], "  ")]);
  yield* drawFields(pen, fieldsOf(scene, subject, processes));
  yield* drawCommand(pen, enterProcessesCommand(graph, processes));
}

function* fieldsOf(
  scene: Scene,
  subject: Subject & { readonly kind: "workload" },
  processes: readonly Process[],
): Generator<Field, void, undefined> {
  const { graph, pen } = scene;
  const sharing = sharingOf(graph, processes);
  const parts = partsOf(graph, subject);
  if (parts.length > 0) yield presencesField(scene, "made of", parts);
  else yield* placeFields(scene, processes);
  const missing = missingTypes(graph, processes);
  // Zombies are in none any more.
  const living = processes.filter((process) => !isZombie(process)).length;
  // What goes on below stays right of the types, or it would look like one.
  yield field("namespaces", namespaceParagraphs(scene, sharing, missing, living), TYPE_CELLS + 4);
  yield* missingFields(missing);
  yield holdersField(scene, sharing, processes);
  if (parts.length === 0) yield* cgroupField(scene, processes);
  yield { label: "processes", entries: (room) => listedProcesses(graph, pen, processes, room) };
}

/** What a workload was made from, and where it belongs: its pod, what is around it, the unit that started it. */
function* placeFields({ graph, pen }: Scene, processes: readonly Process[]): Generator<Field, void, undefined> {
  const [first] = processes;
  const { kind, workload } = (first && groupOf(graph, first.pid)) ?? {};
  if (workload === undefined) return;
  const nameUser = userNaming(graph);
  const pod = podTitle(workload, nameUser);
  if (workload.image !== undefined) yield field("image", [words(pen.safe(workload.image))]);
  if (pod !== undefined) yield field("pod", [words(pen.safe(spellTitle(pod).replace(/^pod /, "")))]);
  if (workload.inside !== undefined)
    yield field("inside", [words(pen.safe(describeWorkload(workload.inside, nameUser)))]);
  // Of others it is what they were started in.
  if (kind === "sandbox" || kind === "processes")
    yield field("started in", [words(pen.safe(describeWorkload(workload, nameUser)))]);
}

/** The cgroup of a workload that has one. */
function* cgroupField({ graph, pen }: Scene, processes: readonly Process[]): Generator<Field, void, undefined> {
  const [first] = processes;
  const { kind, workload } = (first && groupOf(graph, first.pid)) ?? {};
  if (kind === "workload" && workload !== undefined && workload.cgroup !== "")
    yield field("cgroup", [words(pen.safe(workload.cgroup))]);
}

function* namespaceParagraphs(
  scene: Scene,
  sharing: Sharing,
  { lacking }: MissingTypes,
  total: number,
): Generator<readonly Piece[]> {
  for (const type of NAMESPACE_TYPES) {
    let label: string = type;
    for (const use of sharing[type].uses) {
      yield [padded(label, TYPE_CELLS), ...sharingPieces(scene, type, use, total)];
      label = "";
    }
    if (lacking.includes(type)) yield lackingPieces(scene, type, TYPE_CELLS);
  }
}

function sharingPieces(scene: Scene, type: NamespaceType, use: NamespaceSharing, total: number): readonly Piece[] {
  const { graph, pen } = scene;
  const { state, count } = use;
  const namespace = graph.namespace(use.namespace);
  const shared = words(
    describeSharing(graph, use, (name) => showTitle(pen, name)),
    state === "own" ? "own" : undefined,
  );
  const number = count < total ? [words(countOf(count, total, "process"))] : [];
  const init =
    type === "pid" && state !== "machine" && namespace !== undefined ? nameInit(graph, namespace) : undefined;
  const remarks = dotted(pen, [shared, ...(init === undefined ? [] : [words(init)]), ...number], "  ");
  if (state === "machine" && number.length === 0) return remarks;
  const name = namespace === undefined ? `${type}:[?]` : nameOf(scene, namespace);
  return [{ ...padded(name, ID_CELLS), before: "  " }, ...remarks];
}

/** What holds its namespaces besides its own processes. */
function holdersField(scene: Scene, sharing: Sharing, processes: readonly Process[]): Field {
  const { graph } = scene;
  const uses = NAMESPACE_TYPES.flatMap((type) => sharing[type].uses.filter(({ state }) => state !== "machine"));
  if (uses.length === 0) return field("held by", []);
  const pins = pinsBeside(graph, processes, sharing);
  const below = belowBeside(graph, processes, sharing);
  if (pins.size + below.size === 0) return field("held by", [words(describeNothingBeside(graph, uses))]);
  const paragraphs = uses.map(({ namespace: id }) => holderParagraphs(scene, id, pins.get(id), below.get(id)));
  return field(
    "held by",
    paragraphs.flatMap((some) => [...some]),
  );
}

function* holderParagraphs(
  scene: Scene,
  id: NamespaceId,
  pins: readonly Pin[] | undefined,
  below: Below | undefined,
): Generator<readonly Piece[]> {
  const { graph, pen } = scene;
  const namespace = graph.namespace(id);
  const name = padded(namespace === undefined ? pen.safe(id) : nameOf(scene, namespace), ID_CELLS);
  const named = ([first, ...rest]: readonly Piece[]): readonly Piece[] => [
    name,
    ...(first === undefined ? [] : [{ ...first, before: "  " }]),
    ...rest,
  ];
  if (pins !== undefined) for (const [, pieces] of pinParagraphs(graph, pen, id, true, pins)) yield named(pieces);
  if (below !== undefined) yield named(words(describeBelow(graph, below)));
}
