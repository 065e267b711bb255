/**
 * What a picture shows, before it has a syntax. {@linkcode buildDiagram} makes a {@linkcode Diagram} of a graph: boxes in boxes, nodes
 * and edges, with as much detail as {@linkcode DETAIL_FLAG} asks for. A renderer spells what is in it; {@linkcode captionParts},
 * {@linkcode memberWords}, {@linkcode pinLines} and {@linkcode processLines} have the words.
 *
 * @packageDocumentation
 */
export { buildDiagram } from "./build-diagram.js";
export { captionParts, captionRemarks } from "./caption.js";
export { clip } from "./clip.js";
export type {
  Box,
  Detail,
  Diagram,
  DiagramNode,
  Edge,
  EdgeEnd,
  GroupNode,
  NamespacesNode,
  PinNode,
  ProcessesNode,
  RestNode,
  TypeIsolation,
} from "./diagram.js";
export { DETAIL_FLAG, DIRECTION_FLAG, type DiagramDirection } from "./diagram-flags.js";
export { isKnownChain } from "./fold-chains.js";
export { describeGroupMembers, hasUndrawnMembers, occupancyOfGroup } from "./group-members.js";
export {
  alikeWords,
  doubtWords,
  enteredWords,
  factPhrases,
  type Lines,
  machineTitleOf,
  pinLines,
  processLines,
  processLinesBelow,
  restWords,
  titleLines,
  typeWords,
  withRest,
} from "./words.js";
export { wrap } from "./wrap.js";
