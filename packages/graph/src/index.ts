export { type Answer, answerLines, answerSubject } from "./answer-subject.js";
export { allBlindSpots, type BlindSpot, blindSpots, isCutOff, knowsMembers, type Unseen } from "./blind-spots.js";
export { assembleGraph, buildGraph, type GraphParts } from "./build-graph.js";
export { blindSpotClauses, countMembers, mayHoldToo } from "./certainty-words.js";
export { countAskedProcesses } from "./count-asked.js";
export { buildDiagram } from "./diagram/build-diagram.js";
export { captionParts, captionRemarks } from "./diagram/caption.js";
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
} from "./diagram/diagram.js";
export { DETAIL_FLAG, DIRECTION_FLAG, type DiagramDirection } from "./diagram/diagram-flags.js";
export { isKnownChain } from "./diagram/fold-chains.js";
export {
  countProcesses,
  groupMemberWords,
  hasUndrawnMembers,
  memberWords,
  type Occupancy,
  occupancyOf,
  occupancyOfGroup,
} from "./diagram/member-words.js";
export {
  commonTitle,
  describeMember,
  enteredWords,
  factPhrases,
  type Lines,
  pinLines,
  processLines,
} from "./diagram/words.js";
export { type Drawing, drawPart } from "./drawn-graph.js";
export { editDistance } from "./edit-distance.js";
export { type EnterCommand, enterCommand, enterProcessCommand, PROGRAM_PLACEHOLDER } from "./enter-command.js";
export { NsGraphError, type NsGraphErrorCode } from "./errors.js";
export { describeLife, explainLife, type HolderCounts, type Life } from "./explain-life.js";
export { forest, type Grove, type TreeNode } from "./forest.js";
export { type Host, SOURCES, type Source, type SubordinateRange, type Users, type Viewer } from "./host.js";
export { type Init, type InitState, initState } from "./init-state.js";
export { isInitialInode } from "./initial.js";
export { INVISIBLE_LINK, type Link, linkedId, NO_LINK, UNKNOWN_LINK } from "./link.js";
export type { IdRange, Namespace, NamespaceFacts, NetworkInterface, TimeOffsets } from "./namespace.js";
export type { Holder, NamespaceGraph, ProcessSet } from "./namespace-graph.js";
export { type NamespaceId, namespaceId, namespaceName, parseNamespaceId } from "./namespace-id.js";
export { isHierarchical, isNamespaceType, NAMESPACE_TYPES, type NamespaceType } from "./namespace-type.js";
export type { Observation, SurveyFrame } from "./observation.js";
export { compareNamespaces, comparePins, compareProblems, compareProcesses, compareText } from "./order.js";
export {
  countPins,
  describePin,
  type FdPin,
  type ForChildrenPin,
  type MountPin,
  type OtherPin,
  PIN_KINDS,
  type Pin,
  pinKey,
  type SocketPin,
  type ThreadPin,
  type UnseenPin,
} from "./pin.js";
export { printable } from "./printable.js";
export type {
  Finding,
  NamespaceHandle,
  Opened,
  Probe,
  ProcessReading,
  RelativeAnswer,
  Sighting,
  SurveyRequest,
  ValueAnswer,
} from "./probe.js";
export {
  describeProblem,
  limitsCompleteness,
  PROBLEM_CODES,
  type Problem,
  type ProblemCode,
  problemKey,
} from "./problem.js";
export { type Executable, isZombie, type Membership, type Process } from "./process.js";
export { quoteForShell, type ShellOptions, spellForShell } from "./quote-for-shell.js";
export {
  type AnyRenderer,
  type Chunks,
  defaultOptions,
  defineRenderer,
  FACTS,
  type Fact,
  type Flag,
  type Flags,
  type Renderer,
  type Surface,
} from "./renderer.js";
export { DEFAULT_LIMITS, DEFAULT_SECONDS, LIMITED, type Limited, type ScanLimits } from "./scan-limits.js";
export {
  arrange,
  selectPidHierarchy,
  selectProcesses,
  selectProcessless,
  selectSubject,
  selectSubtree,
  selectTypes,
} from "./select.js";
export type { Selection } from "./selection.js";
export { type NoSubject, ofThread, parseSubject } from "./subject.js";
export { summarizeProblems } from "./summarize-problems.js";
export { describeProcessSummary, type ProcessSummary, summarizeProcesses } from "./summarize-processes.js";
export { type SurveyOptions, survey } from "./survey.js";
export {
  describeMapRange,
  describeUid,
  identifyUid,
  type RangeSigns,
  subordinateOwner,
  type UidIdentity,
} from "./user-names.js";
export {
  DEFAULT_VIEW,
  MEMBER_STYLES,
  type MemberStyle,
  type Subject,
  TREE_RELATIONS,
  type TreeRelation,
  type View,
} from "./view.js";
export { type ContainerName, type ContainerNames, containerKey } from "./workload/container-names.js";
export type { Evidence } from "./workload/evidence.js";
export { groupTitle } from "./workload/group-title.js";
export { leadingProcess } from "./workload/leading-process.js";
export { type MachineNamespaces, machineNamespaces } from "./workload/machine-namespaces.js";
export { containersIn, nameContainers, workloadIn } from "./workload/name-containers.js";
export { mayLeadSandbox } from "./workload/sandboxes.js";
export {
  describeWorkload,
  type Pod,
  shortId,
  type UserNaming,
  type Workload,
  type WorkloadKind,
  type WorkloadTitle,
  workloadTitle,
} from "./workload/workload.js";
export { workloadOf } from "./workload/workload-of.js";
export {
  type GroupKind,
  livingParts,
  type NamespaceUse,
  type Separation,
  separationOf,
  type TypeUse,
  type WorkloadGroup,
  type WorkloadPart,
  workloads,
} from "./workload/workloads.js";
