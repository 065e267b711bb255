/**
 * The model: namespaces, what holds them, and what can be asked of them. It imports nothing and runs in a browser. In the order of use:
 *
 * 1. Get a graph. {@linkcode survey} asks a {@linkcode Probe} (`createProbe` of `@ns-graph/sys` makes one) and yields observations, of
 *    which {@linkcode buildGraph} makes a {@linkcode NamespaceGraph}. `readDocument` of `@ns-graph/render-json` reads a saved one.
 * 2. Choose a part of it: {@linkcode selectTypes}, {@linkcode selectProcesses}, {@linkcode selectProcessless}, {@linkcode selectSubtree},
 *    {@linkcode selectPidHierarchy}; for one subject {@linkcode parseSubject} and {@linkcode selectSubject}; {@linkcode arrange} changes the view alone.
 * 3. Ask it. {@linkcode NamespaceGraph} has members, holders and relatives; {@linkcode forest} gives trees, {@linkcode explainLife} says what
 *    keeps a namespace alive, {@linkcode processlessNamespaces} which may have been left behind, {@linkcode enterCommand} how to enter it, {@linkcode workloads} who shares what with whom, and
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
// Survey: ask a kernel, through a probe.

export { SOURCES, type Source } from "./model/host.js";
export type { Observation, SurveyFrame } from "./model/observation.js";
export { FACTS, type Fact } from "./model/renderer.js";
export { DEFAULT_LIMITS, DEFAULT_SECONDS, LIMITED, type Limited, type ScanLimits } from "./model/scan-limits.js";
export { type SurveyOptions, survey } from "./survey/survey.js";

// Build: a graph, and what it is made of.

export { assembleGraph, buildGraph, type GraphParts } from "./build/build-graph.js";
export type { ContainerName, ContainerNames } from "./model/container-names.js";
export type { Evidence } from "./model/evidence.js";
export { addTo, groupBy, obtain, tiedGroups } from "./model/group-by.js";
export type { Host, SubordinateRange, Users, Viewer } from "./model/host.js";
export type { Init, InitState } from "./model/init.js";
export { type InitialEvidence, isInitial, isInitialInode } from "./model/initial.js";
export { INVISIBLE_LINK, type Link, linkedId, NO_LINK, UNKNOWN_LINK } from "./model/link.js";
export type { IdRange, Namespace, NamespaceFacts, NetworkInterface, TimeOffsets } from "./model/namespace.js";
export type { Holder, NamespaceGraph, ProcessSet } from "./model/namespace-graph.js";
export { type NamespaceId, namespaceId, namespaceName, parseNamespaceId } from "./model/namespace-id.js";
export { isHierarchical, isNamespaceType, NAMESPACE_TYPES, type NamespaceType } from "./model/namespace-type.js";
export { compareNamespaces, comparePins, compareProblems, compareProcesses, compareText } from "./model/order.js";
export {
  countKinds,
  countPins,
  type FdPin,
  type FileOf,
  type FilePin,
  type ForChildrenPin,
  type MountPin,
  type OtherPin,
  PIN_KINDS,
  type Pin,
  type PinCounts,
  pinKey,
  type SocketPin,
  type ThreadPin,
  type UnseenPin,
} from "./model/pin.js";
export { limitsCompleteness, PROBLEM_CODES, type Problem, type ProblemCode, problemKey } from "./model/problem.js";
export {
  areZombies,
  type Executable,
  isZombie,
  type Membership,
  PROGRAM_NAME,
  type Process,
  seemsPassing,
} from "./model/process.js";
export { enteredTypes, knownBelow } from "./model/process-steps.js";

// Select: a part of a graph, and how it is to be shown.

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
export { mayMeanContainer, meansAnything, NETNS_FOLDER, parseSubject, type SubjectLookup } from "./select/subject.js";
export { type WorkloadSubject, workloadsAround } from "./select/workload-subjects.js";

// Answer: what follows from a graph.

export {
  type Answer,
  answerLines,
  answerSubject,
  groupsInAnswer,
  type NamedSharing,
  type NamedTypeSharing,
  type NamedWorkload,
  partsOf,
  processesOf,
} from "./answer/answer-subject.js";
export { allBlindSpots, blindSpots, isCutOff, knowsMembers } from "./answer/blind-spots.js";
export { countAskedProcesses } from "./answer/count-asked.js";
export { type EnterCommand, enterCommand, enterProcessCommand, enterProcessesCommand } from "./answer/enter-command.js";
export { explainLife, type HolderCounts, type Life } from "./answer/explain-life.js";
export {
  explainProcessless,
  PROCESSLESS_REASONS,
  type Processless,
  type ProcesslessReason,
  processlessNamespaces,
} from "./answer/explain-processless.js";
export { groupPins, type PinGroup, type PinningProcess, type ProcessPin, pinsOfGroup } from "./answer/group-pins.js";
export { type Below, belowBeside, pinsBeside } from "./answer/holders-beside.js";
export { type MissingTypes, missingTypes } from "./answer/missing-types.js";
export { type NamespaceSharing, type Sharing, sharingOf, type TypeSharing } from "./answer/sharing.js";
export { namesOf, type ProcessSummary, summarizeProcesses } from "./answer/summarize-processes.js";
export type { BlindSpot, Unseen } from "./model/blind-spot.js";
export { forest, type TreeGroup, type TreeNode } from "./model/forest.js";
export { containerKey, isToldByCgroup } from "./workload/container-names.js";
export { groupOf } from "./workload/group-of.js";
export { leadingProcess } from "./workload/leading-process.js";
export { type MachineNamespaces, machineNamespaces } from "./workload/machine-namespaces.js";
export { mayMonitor, speaksTruly, type Told, toldByMonitors } from "./workload/monitors.js";
export { containersIn, nameContainers, workloadIn } from "./workload/name-containers.js";
export { mayLeadSandbox, mayNameSandbox } from "./workload/sandboxes.js";
export type { Pod, Workload, WorkloadKind } from "./workload/workload.js";
export { workloadOf } from "./workload/workload-of.js";
export {
  type GroupKind,
  type Isolation,
  isolationOf,
  livingParts,
  type NamespaceUse,
  type TypeUse,
  usuallyOwn,
  type WorkloadGroup,
  type WorkloadPart,
  workloads,
} from "./workload/workloads.js";
export { type WorkloadPresence, workloadsIn } from "./workload/workloads-in.js";

// Words: what people read about it.

export { type NoSubject, ofThread, processesNotSaved } from "./words/absence.js";
export { type Caption, captionOf, describeSubtree, describeUnread } from "./words/caption.js";
export { placesNotSearched } from "./words/certainty-words.js";
export {
  describeFacts,
  describeInitial,
  describeMaker,
  describeMissingOwner,
  describeMissingParent,
  type FactWords,
} from "./words/describe-facts.js";
export { describeBelow, describeLife } from "./words/describe-life.js";
export {
  countPinKinds,
  describeHolders,
  describeMount,
  describePin,
  describePinGroup,
  heldBy,
  moreLikeIt,
  nameHolders,
  numberHeld,
  passingMark,
  whoseMounts,
} from "./words/describe-pin.js";
export { describeProblem } from "./words/describe-problem.js";
export {
  countUnusual,
  describeProcess,
  describeProcessSummary,
  moreProcesses,
  processMark,
  theProcesses,
  theZombies,
} from "./words/describe-process.js";
export { describeWorkload, podTitle, type UserNaming, type WorkloadTitle } from "./words/describe-workload.js";
export { EDGE_MEANINGS, INSTEAD_OF_DRAWING, insteadOfProcesses } from "./words/drawing-words.js";
export { NO_NEED, PROGRAM_PLACEHOLDER } from "./words/enter-notes.js";
export { enumerate, listFitting } from "./words/enumerate.js";
export { groupName, isSaidByCommand, spellTitle } from "./words/group-name.js";
export { groupTitle, tenantOf } from "./words/group-title.js";
export { describeHeading } from "./words/heading-words.js";
export { inChunks } from "./words/in-chunks.js";
export { machineName, machinesOwn, machineTitle } from "./words/machine-words.js";
export {
  countMemberless,
  countMembers,
  describeMembers,
  describeOccupancy,
  memberlessHeading,
  type Occupancy,
  occupancyOf,
} from "./words/member-words.js";
export { nearestWord } from "./words/nearest-word.js";
export { count, countOf, type Noun } from "./words/nouns.js";
export {
  gatherTitles,
  type OwnerTitle,
  ownerTitles,
  spellTitles,
  workloadOwner,
} from "./words/owner-titles.js";
export { printable } from "./words/printable.js";
export {
  describeProcessless,
  describeReason,
  describeReasons,
} from "./words/processless-words.js";
export { quoteForShell, quoteWord, type ShellOptions, spellForShell } from "./words/quote-for-shell.js";
export {
  describeCompany,
  describeLed,
  describeNothingBeside,
  describeSharing,
  MISSING_WORDS,
  nameInit,
} from "./words/sharing-words.js";
export { summarizeProblems } from "./words/summarize-problems.js";
export {
  describeIdMap,
  describeIdMaps,
  describeMapRange,
  describeUid,
  describeUsersFrom,
  type RangeSigns,
  userNaming,
} from "./words/user-names.js";

// Contracts: of those who write probes and renderers.

export { checkFacts, checkRenderer, defineRenderer } from "./model/define-renderer.js";
export { NsGraphError, type NsGraphErrorCode } from "./model/errors.js";
export {
  type AnyRenderer,
  type BooleanFlag,
  type ChoiceFlag,
  type Chunks,
  type DescribedFlag,
  defaultOptions,
  type Flag,
  type Flags,
  type NumberFlag,
  type Renderer,
  type Surface,
  type TextFlag,
} from "./model/renderer.js";
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
export { describeKind } from "./words/describe-kind.js";
