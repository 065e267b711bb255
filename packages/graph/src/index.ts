/**
 * The model: namespaces, what holds them, and what can be asked of them. It imports nothing and runs in a browser. In the order of use:
 *
 * 1. Get a graph. {@linkcode survey} asks a {@linkcode Probe} (`createProbe` of `@ns-graph/sys` makes one) and yields observations, of
 *    which {@linkcode buildGraph} makes a {@linkcode NamespaceGraph}. `readDocument` of `@ns-graph/render-json` reads a saved one.
 * 2. Choose a part of it: {@linkcode selectTypes}, {@linkcode selectProcesses}, {@linkcode selectProcessless}, {@linkcode selectSubtree},
 *    {@linkcode selectPidHierarchy}; for one subject {@linkcode parseSubject} and {@linkcode selectSubject}; {@linkcode arrange} changes the view alone.
 * 3. Ask it. {@linkcode NamespaceGraph} has members, holders and relatives; {@linkcode forest} gives trees, {@linkcode explainLife} says what
 *    keeps a namespace alive, {@linkcode enterCommand} how to enter it, {@linkcode workloads} who shares what with whom, and
 *    {@linkcode blindSpots} what could not be looked at.
 * 4. Put it into words: {@linkcode namespaceName}, {@linkcode describePin}, {@linkcode describeProblem}, {@linkcode countMembers}. Whatever a
 *    process, a path or a label is called goes through {@linkcode printable} first.
 * 5. Draw it: {@linkcode defineRenderer} checks a {@linkcode Renderer} of your own, whose options are each a {@linkcode Flag};
 *    {@linkcode defaultOptions} gives the options to call any renderer with.
 *
 * What makes an answer impossible is an {@linkcode NsGraphError}; anything less is a {@linkcode Problem} in the graph.
 *
 * @packageDocumentation
 */
export { type Answer, answerLines, answerSubject } from "./answer/answer-subject.js";
export {
  allBlindSpots,
  type BlindSpot,
  blindSpots,
  isCutOff,
  knowsMembers,
  type Unseen,
} from "./answer/blind-spots.js";
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
export { type Init, type InitState, initState } from "./build/init-state.js";
export { checkFacts, checkRenderer, defineRenderer } from "./model/define-renderer.js";
export { NsGraphError, type NsGraphErrorCode } from "./model/errors.js";
export { forest, type Grove, type TreeNode } from "./model/forest.js";
export { type Host, SOURCES, type Source, type SubordinateRange, type Users, type Viewer } from "./model/host.js";
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
  type BooleanFlag,
  type ChoiceFlag,
  type Chunks,
  type DescribedFlag,
  defaultOptions,
  FACTS,
  type Fact,
  type Flag,
  type Flags,
  type NumberFlag,
  type Renderer,
  type Surface,
  type TextFlag,
} from "./model/renderer.js";
export { DEFAULT_LIMITS, DEFAULT_SECONDS, LIMITED, type Limited, type ScanLimits } from "./model/scan-limits.js";
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
export type { Selection } from "./select/selection.js";
export { NETNS_FOLDER, type NoSubject, ofThread, parseSubject } from "./select/subject.js";
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
export { ProbeUse } from "./survey/probe-use.js";
export { type SurveyOptions, survey } from "./survey/survey.js";
export { blindSpotClauses, countMembers, mayHoldToo } from "./words/certainty-words.js";
export { describeKind } from "./words/describe-kind.js";
export { editDistance } from "./words/edit-distance.js";
export { enumerate } from "./words/enumerate.js";
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
