import {
  describeFacts,
  describeIdMap,
  describeInitial,
  describeLife,
  describeUid,
  type EnterCommand,
  enterCommand,
  explainLife,
  isHierarchical,
  type Link,
  type Namespace,
  NO_NEED,
  parseNamespaceId,
  workloadsIn,
} from "@ns-graph/graph";
import { wrapCommand } from "./command-lines.js";
import { drawFields, type Field, field, fieldIndent, listField } from "./fields.js";
import { dotted, flowed, hanging, type Piece, padded, piece, words } from "./flow.js";
import { cutList } from "./fold.js";
import { allMembers, countPieces, listProcesses, withColon } from "./members.js";
import type { Pen } from "./pen.js";
import { pinParagraphs } from "./pins.js";
import { nameOf, nameStyle, type Scene } from "./scene.js";
import { namedPresences, presencesField } from "./workloads-field.js";

/** Relatives below that are listed one by one. */
const RELATIVES_LISTED = 12;
/** Members of a relative that are listed. */
const FEW = 6;

/** Everything that is known of one namespace. */
export function* showNamespace(scene: Scene, namespace: Namespace): Generator<string, void, undefined> {
  const { graph, pen } = scene;
  yield* flowed(pen, namePieces(scene, namespace));
  yield* drawFields(pen, fieldsOf(scene, namespace));
  yield* drawEntrance(scene, namespace);
  const life = explainLife(graph, namespace.id);
  if (life === undefined) return;
  yield "";
  yield* flowed(pen, words(describeLife(graph, life)));
}

function namePieces(scene: Scene, namespace: Namespace): Piece[] {
  const { graph, pen } = scene;
  const remarks = [
    namespace.initial === false ? undefined : describeInitial(namespace),
    graph.viewer.namespaces[namespace.type] === namespace.id ? "yours" : undefined,
    `device ${namespace.dev}`,
    namespace.nsId === undefined ? undefined : `id ${pen.safe(namespace.nsId)}`,
    namespace.level === undefined ? undefined : `depth ${namespace.level}`,
  ].filter((remark) => remark !== undefined);
  return [
    piece(nameOf({ hasDevices: false }, namespace), nameStyle(scene, namespace)),
    ...dotted(
      pen,
      remarks.map((remark) => words(remark)),
      "  ",
    ),
  ];
}

function* fieldsOf(scene: Scene, namespace: Namespace): Generator<Field, void, undefined> {
  const { graph, pen } = scene;
  const { id, type } = namespace;
  if (isHierarchical(type)) yield field("parent", [linkPieces(scene, namespace.initial, namespace.parent)]);
  if (type !== "user") yield field("owner", [linkPieces(scene, undefined, namespace.owner)]);
  else yield* userFields(scene, namespace);
  const children = graph.children(id);
  if (children.length > 0) yield relativesField(scene, "children", children);
  const areChildren = new Set(children);
  const others = graph.below(id).filter((one) => !areChildren.has(one));
  if (others.length > 0) yield relativesField(scene, "owns", others);
  yield {
    label: "members",
    entries: (room) => allMembers(graph, pen, namespace, room),
  };
  const presences = namedPresences(workloadsIn(graph, id));
  yield presencesField(scene, presences.length === 1 ? "workload" : "workloads", presences);
  if (graph.pins(id).length > 0)
    yield field(
      "held by",
      Array.from(pinParagraphs(graph, pen, id, true), ([, pieces]) => pieces),
    );
  for (const [label, phrases] of describeFacts(graph, namespace))
    yield field(
      label,
      phrases.map((phrase) => words(pen.safe(phrase))),
    );
}

function* userFields({ graph, pen }: Scene, namespace: Namespace): Generator<Field, void, undefined> {
  const { initial, ownerUid } = namespace;
  if (initial === true) yield field("made by", [words("the kernel")]);
  else
    yield field("made by", [
      ownerUid === undefined ? words("not known", "bad") : words(pen.safe(describeUid(graph, ownerUid))),
    ]);
  for (const kind of ["uid", "gid"] as const) {
    const ranges = describeIdMap(graph, kind, kind === "uid" ? namespace.uidMap : namespace.gidMap, pen.glyphs);
    if (ranges.length > 0)
      yield field(
        `${kind} map`,
        ranges.map((range) => words(pen.safe(range))),
      );
  }
  if (namespace.setgroups !== undefined) yield field("setgroups", [words(namespace.setgroups)]);
}

/** A relative above. */
function linkPieces(scene: Scene, isTop: boolean | undefined, link: Link): readonly Piece[] {
  switch (link.state) {
    case "none":
      return words("none");
    case "invisible":
      return words(isTop ? "none" : "none that can be seen from here");
    case "unknown":
      return words("could not be asked for", "bad");
    case "known": {
      const namespace = scene.graph.namespace(link.id);
      if (namespace === undefined) return words(`[${parseNamespaceId(link.id)?.ino ?? "?"}], which is not here`, "bad");
      const name = piece(nameOf(scene, namespace), namespace.type === "user" ? "user" : undefined);
      return [name, ...(namespace.initial === true ? words("(initial)") : [])];
    }
  }
}

/** Relatives below, one a line with their members. */
function relativesField(scene: Scene, label: string, relatives: readonly Namespace[]): Field {
  const { graph, pen } = scene;
  const [listed, rest] = cutList(relatives, graph.view.members === "all" ? relatives.length : RELATIVES_LISTED);
  const width = listed.reduce((widest, one) => Math.max(widest, nameOf(scene, one).length), 0);
  return listField(
    pen,
    label,
    listed.map((relative) => relativePieces(scene, relative, width)),
    rest.length,
  );
}

function relativePieces(scene: Scene, relative: Namespace, width: number): Piece[] {
  const { graph, pen } = scene;
  const members = graph.members(relative.id);
  const name = nameOf(scene, relative);
  const isShort = members.length > 0 && members.length <= FEW && graph.view.members !== "none";
  const counted = countPieces(graph.whole, relative.id);
  return [
    padded(name, width, relative.type === "user" ? "user" : undefined),
    { ...(isShort ? withColon(counted) : counted), before: "  " },
    ...(isShort ? listProcesses(pen, members) : []),
  ];
}

/** The command that enters the namespace. */
function* drawEntrance(scene: Scene, namespace: Namespace): Generator<string, void, undefined> {
  const { graph, pen } = scene;
  const command = enterCommand(graph, namespace.id);
  const isIn = graph.viewer.namespaces[namespace.type] === namespace.id;
  if (command.words !== undefined || command.note !== undefined) {
    // From elsewhere it is of use still.
    if (isIn) yield* drawFields(pen, [field("enter", [words("no need to: you are in it. From another one:")])]);
    yield* drawCommand(pen, command);
  } else if (isIn) yield* drawFields(pen, [field("enter", [words("no need to: you are in it")])]);
  else yield* drawFields(pen, [field("enter", [words("nothing that was found leads in")])]);
}

/** A command that can be copied, under a label that nothing else has, and what has to be known of it. */
export function* drawCommand(pen: Pen, { words: argv, note }: EnterCommand): Generator<string, void, undefined> {
  const { commandColumns, glyphs } = pen;
  const remark = note === undefined ? [] : [words(note, note === NO_NEED ? undefined : "bad")];
  if (argv === undefined) {
    yield* drawFields(pen, [field("enter", remark)]);
    return;
  }
  const label = "enter with";
  const { lines, isFlush } = wrapCommand(argv, commandColumns - fieldIndent(pen), commandColumns, glyphs.isAscii);
  if (isFlush) {
    yield* drawFields(pen, [field(label, [...remark, words("this, as it stands:")])]);
    yield* lines;
    return;
  }
  const command: Field = {
    label,
    *entries(room) {
      for (const text of lines) yield [{ text }];
      for (const pieces of remark) yield* hanging(pieces, room);
    },
  };
  yield* drawFields(pen, [command]);
}
