export { buildDiagram } from "./build-diagram.js";
export { captionParts, captionRemarks } from "./caption.js";
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
  doubtWords,
  enteredWords,
  factPhrases,
  type Lines,
  machineTitleOf,
  pinLines,
  processLines,
  restWords,
  typeWords,
  withRest,
} from "./words.js";
