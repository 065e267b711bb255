import {
  countMembers,
  countPins,
  describeLife,
  type EnterCommand,
  enterCommand,
  explainLife,
  isHierarchical,
  type Link,
  type Namespace,
  type Pin,
  parseNamespaceId,
} from "@ns-graph/graph";
import { wrapCommand } from "./command-lines.js";
import { describeFacts } from "./facts.js";
import { drawFields, type Field, field, fieldIndent } from "./fields.js";
import { flow, hanging, type Piece, piece, words } from "./flow.js";
import { tellMap, tellUid } from "./ids.js";
import { listProcesses, nameProcess, tellAllMembers, tellCount, withColon } from "./members.js";
import type { Pen } from "./pen.js";
import { nameOf, nameStyle, type Scene } from "./scene.js";

/** Relatives below that are told one by one. */
const RELATIVES_TOLD = 12;
/** Pins that are told one by one. */
const PINS_TOLD = 24;
/** Members of a relative that are told. */
const FEW = 6;

/** Everything that is known of one namespace. */
export function* showNamespace(scene: Scene, namespace: Namespace): Generator<string, void, undefined> {
  const { graph, pen } = scene;
  yield* flowed(scene, tellName(scene, namespace));
  yield* drawFields(pen, fieldsOf(scene, namespace));
  yield* drawEntrance(scene, namespace);
  const life = explainLife(graph, namespace.id);
  if (life === undefined) return;
  yield "";
  yield* flowed(scene, words(describeLife(graph, life)));
}

export function* flowed({ pen }: Scene, pieces: readonly Piece[]): Generator<string, void, undefined> {
  for (const line of flow(pieces, pen.columns, pen.columns)) yield pen.write(line);
}

function tellName(scene: Scene, namespace: Namespace): Piece[] {
  const { graph, pen } = scene;
  const remarks = [
    namespace.initial === true
      ? "initial"
      : namespace.initial === undefined
        ? "not known whether it is initial"
        : undefined,
    graph.viewer.namespaces[namespace.type] === namespace.id ? "yours" : undefined,
    `device ${namespace.dev}`,
    namespace.nsId === undefined ? undefined : `id ${pen.safe(namespace.nsId)}`,
    namespace.level === undefined ? undefined : `depth ${namespace.level}`,
  ].filter((remark) => remark !== undefined);
  return [
    piece(nameOf({ hasDevices: false }, namespace), nameStyle(scene, namespace)),
    ...remarks.flatMap((remark, index) => {
      const [first, ...rest] = words(remark);
      const before = index === 0 ? "  " : ` ${pen.glyphs.dot} `;
      return first === undefined ? [] : [{ ...first, before }, ...rest];
    }),
  ];
}

function* fieldsOf(scene: Scene, namespace: Namespace): Generator<Field, void, undefined> {
  const { graph, pen } = scene;
  const { id, type } = namespace;
  if (isHierarchical(type)) yield field("parent", [tellLink(scene, namespace.initial, namespace.parent)]);
  if (type !== "user") yield field("owner", [tellLink(scene, undefined, namespace.owner)]);
  else yield* userFields(scene, namespace);
  const owned = graph.owned(id);
  const children = graph.children(id);
  if (children.length > 0) yield relativesField(scene, "children", children);
  const told = new Set(children);
  const others = owned.filter((one) => !told.has(one));
  if (others.length > 0) yield relativesField(scene, "owns", others);
  yield {
    label: "members",
    entries: (room) => tellAllMembers(graph, pen, namespace, room),
  };
  const pins = graph.pins(id);
  if (pins.length > 0) {
    const told = graph.view.members === "all" || pins.length <= PINS_TOLD + 1 ? pins : pins.slice(0, PINS_TOLD);
    const rest = countPins(pins.slice(told.length));
    yield field("held by", [
      ...told.map((pin) => tellPin(scene, pin)),
      ...(rest === 0 ? [] : [words(`${pen.glyphs.ellipsis} and ${rest} more`, "faint")]),
    ]);
  }
  for (const [label, phrases] of describeFacts(pen, namespace))
    yield field(
      label,
      phrases.map((phrase) => words(phrase)),
    );
}

function* userFields({ graph, pen }: Scene, namespace: Namespace): Generator<Field, void, undefined> {
  const { initial, ownerUid } = namespace;
  if (initial === true) yield field("made by", [words("the kernel")]);
  else
    yield field("made by", [ownerUid === undefined ? words("not known", "bad") : words(tellUid(graph, pen, ownerUid))]);
  const uids = tellMap(graph, pen, "uid", namespace.uidMap);
  const gids = tellMap(graph, pen, "gid", namespace.gidMap);
  if (uids.length > 0)
    yield field(
      "uid map",
      uids.map((text) => words(text)),
    );
  if (gids.length > 0)
    yield field(
      "gid map",
      gids.map((text) => words(text)),
    );
  if (namespace.setgroups !== undefined) yield field("setgroups", [words(namespace.setgroups)]);
}

/** A relative above. */
function tellLink(scene: Scene, isTop: boolean | undefined, link: Link): readonly Piece[] {
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
      return [name, ...words(namespace.initial === true ? "(initial)" : "")].filter(
        ({ spans }) => spans[0]?.text !== "",
      );
    }
  }
}

/** Relatives below, one a line with their members. */
function relativesField(scene: Scene, label: string, relatives: readonly Namespace[]): Field {
  const { graph, pen } = scene;
  const isAll = graph.view.members === "all" || relatives.length <= RELATIVES_TOLD + 1;
  const told = isAll ? relatives : relatives.slice(0, RELATIVES_TOLD);
  const rest = relatives.length - told.length;
  const width = told.reduce((widest, one) => Math.max(widest, nameOf(scene, one).length), 0);
  return field(label, [
    ...told.map((relative) => tellRelative(scene, relative, width)),
    ...(rest === 0 ? [] : [words(`${pen.glyphs.ellipsis} and ${rest} more`, "faint")]),
  ]);
}

function tellRelative(scene: Scene, relative: Namespace, width: number): Piece[] {
  const { graph, pen } = scene;
  const members = graph.members(relative.id);
  const name = nameOf(scene, relative);
  const pieces: Piece[] = [
    {
      spans: [
        { text: name, style: relative.type === "user" ? "user" : undefined },
        { text: " ".repeat(Math.max(0, width - name.length)) },
      ],
    },
  ];
  const isShort = members.length > 0 && members.length <= FEW && graph.view.members !== "none";
  const counted = tellCount(graph.whole, relative.id);
  pieces.push({ ...(isShort ? withColon(counted) : counted), before: "  " });
  if (isShort) pieces.push(...listProcesses(pen, members));
  return pieces;
}

/** A pin: of what kind, who has it, and where; and how many more like it there are. */
function tellPin(scene: Scene, pin: Pin): Piece[] {
  const pieces = tellOne(scene, pin);
  return pin.more === undefined ? pieces : [...pieces, ...words(`and ${pin.more} more like it`)];
}

function tellOne(scene: Scene, pin: Pin): Piece[] {
  const { graph, pen } = scene;
  const holder = (pid: number): Piece[] => words(nameProcess(pen, graph.process(pid) ?? { pid, namespaces: {} }));
  const kind = piece((pin.kind === "other" ? pen.safe(pin.name) : KINDS[pin.kind]).padEnd(8), "pin");
  switch (pin.kind) {
    case "thread":
      return [kind, ...words(`${pin.tid} of`), ...holder(pin.pid)];
    case "fd":
    case "socket":
      return [kind, ...words(`${pin.fd} of${ofThread(pin)}`), ...holder(pin.pid)];
    case "mount":
      return [kind, piece(pen.safe(pin.path)), ...words("in"), ...tellMountNamespace(scene, pin.mountNamespace)];
    case "for-children":
      return [kind, ...words(`of${ofThread(pin)}`), ...holder(pin.pid)];
    case "unseen":
      return [kind, ...words("nobody knows what: a descriptor in flight, a file system, or what could not be read")];
    case "other":
      return [kind];
  }
}

function ofThread({ tid }: { readonly tid?: number }): string {
  return tid === undefined ? "" : ` thread ${tid} of`;
}

const KINDS: Readonly<Record<Exclude<Pin["kind"], "other">, string>> = {
  thread: "thread",
  fd: "fd",
  socket: "socket",
  mount: "mount",
  "for-children": "children",
  unseen: "unseen",
};

/** A mount namespace, with what helps to know it. */
function tellMountNamespace(scene: Scene, id: string): Piece[] {
  const { graph, pen } = scene;
  const namespace = graph.namespace(id);
  if (namespace === undefined) return words(`mnt:[${parseNamespaceId(id)?.ino ?? "?"}]`);
  const [first] = graph.members(id);
  const whose =
    graph.viewer.namespaces.mnt === id
      ? "(yours)"
      : namespace.initial === true
        ? "(initial)"
        : first === undefined
          ? `(${countMembers(graph, id)})`
          : `(${nameProcess(pen, first)})`;
  return [piece(nameOf(scene, namespace)), ...words(whose)];
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
  else yield* drawFields(pen, [field("enter with", [words("nothing that was found leads in")])]);
}

/** A command that can be copied, under its label, and what has to be known of it. */
export function* drawCommand(pen: Pen, { words: argv, note }: EnterCommand): Generator<string, void, undefined> {
  const label = "enter with";
  const { columns, glyphs } = pen;
  const remark = note === undefined ? [] : [words(note, "bad")];
  if (argv === undefined) {
    yield* drawFields(pen, [field(label, remark)]);
    return;
  }
  const { lines, isFlush } = wrapCommand(argv, columns - fieldIndent(pen), columns, glyphs.isAscii);
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
