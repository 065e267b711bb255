/**
 * What a picture shows, before it has a syntax. {@linkcode buildDiagram} makes a {@linkcode Diagram} of a graph: boxes in boxes, nodes
 * and edges, with as much detail as {@linkcode DETAIL_FLAG} asks for. A renderer spells what is in it; {@linkcode captionParts},
 * {@linkcode memberWords}, {@linkcode pinLines} and {@linkcode processLines} have the words.
 *
 * @packageDocumentation
 */
export { buildDiagram } from "./build-diagram.js";
export { captionParts, captionRemarks } from "./caption.js";
export type {
  Box,
  CommonNamespaces,
  Detail,
  Diagram,
  DiagramNode,
  GroupNode,
  Isolation,
  Line,
  LineEnd,
  NamespacesNode,
  PinNode,
  ProcessesNode,
  RestNode,
} from "./diagram.js";
export { DETAIL_FLAG, DIRECTION_FLAG, type DiagramDirection } from "./diagram-flags.js";
export { isKnownChain } from "./fold-chains.js";
export {
  countProcesses,
  groupMemberWords,
  hasUndrawnMembers,
  memberWords,
  type Occupancy,
  occupancyOf,
  occupancyOfGroup,
} from "./member-words.js";
export {
  commonTitle,
  describeMember,
  enteredWords,
  factPhrases,
  type Lines,
  pinLines,
  processLines,
} from "./words.js";
