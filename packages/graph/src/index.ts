export { type Answer, answerLines, answerSubject } from "./answer/answer-subject.js";
export { allBlindSpots, blindSpots, isCutOff, knowsMembers } from "./answer/blind-spots.js";
export { countAskedProcesses } from "./answer/count-asked.js";
export { type EnterCommand, enterCommand, enterProcessCommand, PROGRAM_PLACEHOLDER } from "./answer/enter-command.js";
export { describeLife, explainLife, type HolderCounts, type Life } from "./answer/explain-life.js";
export {
  describeProcessSummary,
  namesOf,
  type ProcessSummary,
  summarizeProcesses,
} from "./answer/summarize-processes.js";
export { assembleGraph, buildGraph, type GraphParts } from "./build/build-graph.js";
export { initState } from "./build/init-state.js";
export type { BlindSpot, Unseen } from "./model/blind-spot.js";
export type { ContainerName, ContainerNames } from "./model/container-names.js";
export { NsGraphError, type NsGraphErrorCode } from "./model/errors.js";
export type { Evidence } from "./model/evidence.js";
export { forest, type Grove, type TreeNode } from "./model/forest.js";
export { type Host, SOURCES, type Source, type SubordinateRange, type Users, type Viewer } from "./model/host.js";
export type { Init, InitState } from "./model/init.js";
export { isInitialInode } from "./model/initial.js";
export { INVISIBLE_LINK, type Link, linkedId, NO_LINK, UNKNOWN_LINK } from "./model/link.js";
export type { IdRange, Namespace, NamespaceFacts, NetworkInterface, TimeOffsets } from "./model/namespace.js";
export type { Holder, NamespaceGraph, ProcessSet } from "./model/namespace-graph.js";
export { type NamespaceId, namespaceId, namespaceName, parseNamespaceId } from "./model/namespace-id.js";
export { isHierarchical, isNamespaceType, NAMESPACE_TYPES, type NamespaceType } from "./model/namespace-type.js";
export type { Observation, SurveyFrame } from "./model/observation.js";
export { compareNamespaces, comparePins, compareProblems, compareProcesses, compareText } from "./model/order.js";
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
} from "./model/pin.js";
export {
  describeProblem,
  limitsCompleteness,
  PROBLEM_CODES,
  type Problem,
  type ProblemCode,
  problemKey,
} from "./model/problem.js";
export { areZombies, type Executable, isZombie, type Membership, type Process } from "./model/process.js";
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
} from "./model/renderer.js";
export { DEFAULT_LIMITS, DEFAULT_SECONDS, LIMITED, type Limited, type ScanLimits } from "./model/scan-limits.js";
export type { Selection } from "./model/selection.js";
export {
  DEFAULT_VIEW,
  MEMBER_STYLES,
  type MemberStyle,
  type Subject,
  TREE_RELATIONS,
  type TreeRelation,
  type View,
} from "./model/view.js";
export { type Drawing, drawPart } from "./select/drawn-graph.js";
export {
  arrange,
  selectPidHierarchy,
  selectProcesses,
  selectProcessless,
  selectSubject,
  selectSubtree,
  selectTypes,
} from "./select/select.js";
export { type NoSubject, ofThread, parseSubject } from "./select/subject.js";
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
} from "./survey/probe.js";
export { type SurveyOptions, survey } from "./survey/survey.js";
export { blindSpotClauses, countMembers, mayHoldToo } from "./words/certainty-words.js";
export { editDistance } from "./words/edit-distance.js";
export { printable } from "./words/printable.js";
export { quoteForShell, type ShellOptions, spellForShell } from "./words/quote-for-shell.js";
export { summarizeProblems } from "./words/summarize-problems.js";
export {
  describeMapRange,
  describeUid,
  identifyUid,
  type RangeSigns,
  subordinateOwner,
  type UidIdentity,
  userNaming,
} from "./words/user-names.js";
export { containerKey } from "./workload/container-names.js";
export { groupTitle } from "./workload/group-title.js";
export { leadingProcess } from "./workload/leading-process.js";
export { type MachineNamespaces, machineNamespaces } from "./workload/machine-namespaces.js";
export { containersIn, nameContainers, workloadIn } from "./workload/name-containers.js";
export { mayLeadSandbox } from "./workload/sandboxes.js";
export {
  describeWorkload,
  type Pod,
  podTitle,
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
  usuallyOwn,
  type WorkloadGroup,
  type WorkloadPart,
  workloads,
} from "./workload/workloads.js";
