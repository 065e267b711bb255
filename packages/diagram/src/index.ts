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
