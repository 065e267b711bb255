import {
  countMembers,
  describeFacts,
  describeIdMaps,
  describeMaker,
  knowsMembers,
  type Namespace,
} from "@ns-graph/graph";
import { type Piece, padded, phrase } from "./flow.js";
import { type MemberWords, memberWords, type Reference } from "./members.js";
import { nameOf, nameStyle, type Scene, workloadTitlesOf } from "./scene.js";
import type { Style } from "./style.js";

/** What is said of a namespace on its own line. */
export class Head {
  readonly pieces: Piece[] = [];
  readonly #scene: Scene;
  #remarks = 0;

  constructor(scene: Scene, namespace: Namespace, width: number) {
    this.#scene = scene;
    this.pieces.push(padded(nameOf(scene, namespace), width, nameStyle(scene, namespace)));
  }

  remark(text: string | undefined, style?: Style): this {
    return text === undefined ? this : this.add(phrase(text, style));
  }

  /** Pieces that belong together as one remark. */
  add(pieces: readonly Piece[]): this {
    if (pieces.length === 0) return this;
    const before = this.#remarks++ === 0 ? "  " : ` ${this.#scene.pen.glyphs.dot} `;
    for (const each of pieces) this.pieces.push(each === pieces[0] ? { spans: each.spans, before } : each);
    return this;
  }
}

/** What helps to know a namespace that is drawn because others stand below it. */
function addContext(scene: Scene, namespace: Namespace, head: Head): void {
  const { graph } = scene;
  const { id, initial } = namespace;
  if (initial === true) head.remark("initial", "faint");
  head.remark(makerOf(scene, namespace), "faint");
  // That none was seen where nobody looked says nothing.
  if (graph.memberCount(id) > 0 || knowsMembers(graph, id)) head.remark(countMembers(graph, id), "faint");
}

function makerOf({ graph, pen }: Scene, namespace: Namespace): string | undefined {
  const maker = describeMaker(graph, namespace);
  return maker && pen.safe(maker);
}

/** A namespace's head: its marks, who made it, its maps, its members and what else is known. */
export function headOf(
  scene: Scene,
  namespace: Namespace,
  width: number,
  references: readonly Reference[],
  above: Namespace | undefined,
): { readonly head: Head; readonly members: MemberWords } {
  const { graph, pen } = scene;
  const head = new Head(scene, namespace, width);
  if (namespace.context) {
    addContext(scene, namespace, head);
    return { head, members: { pieces: [] } };
  }
  if (namespace.initial === true) head.remark("initial");
  if (graph.viewer.namespaces[namespace.type] === namespace.id) head.remark("yours");
  if (namespace.type === "user") {
    head.remark(makerOf(scene, namespace));
    for (const map of describeIdMaps(graph, namespace, pen.glyphs)) head.remark(pen.safe(map));
  }
  const isEverybodys = namespace.type !== "user" && scene.machine.ids.has(namespace.id);
  const members = memberWords(graph, pen, namespace, references, isEverybodys);
  head.remark(workloadTitlesOf(scene, namespace, above));
  head.add(members.pieces);
  for (const [label, phrases] of describeFacts(graph, namespace))
    head.remark(pen.safe(`${label} ${phrases.join(", ")}`));
  return { head, members };
}
