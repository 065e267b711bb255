export {
  type Actor,
  ActorError,
  type ActorOptions,
  type ActorThread,
  CLONE_FLAGS,
  startActor,
} from "./actor.js";
export { decodeText, encodeText } from "./byte-text.js";
export { type Churn, type ChurnedProcesses, churn } from "./churn.js";
export { startCrowd } from "./crowd.js";
export { awaitDescriptors, countDescriptors, expectNoLeak, listDescriptors } from "./descriptors.js";
export { type HeldByDescriptor, holdByDescriptor } from "./hold-by-descriptor.js";
export {
  type HeldByFile,
  type HoldingFile,
  holdByFile,
  holdByNumber,
  type SameNumber,
  type SharedWithRing,
  shareWithRing,
} from "./hold-by-file.js";
export { type HeldBySockets, type HeldInFlight, holdBySockets, holdInFlight } from "./hold-by-sockets.js";
export { type HeldForChildren, holdForChildren, outliveInit, readForChildren } from "./hold-for-children.js";
export {
  type HeldInThread,
  holdInThread,
  type MountedInThread,
  mountInThread,
  openSocketFile,
} from "./hold-in-thread.js";
export {
  type Conversation,
  type Held,
  type Keeper,
  makeKeeper,
  type StartOptions,
  waiting,
  waitingShell,
} from "./keeper.js";
export { type LeftBehind, leaveBehind, makeZombie, type Zombie } from "./leave-behind.js";
export {
  descriptorLimit,
  LOADING_USER,
  type Load,
  type LoadOptions,
  openFolder,
  openFuseDevice,
  startLoad,
  tellLoad,
  whileExecuting,
} from "./loads.js";
export { type LostInit, loseInit, outliveMainThread } from "./lose-init.js";
export { type ListedNamespace, lsns } from "./lsns.js";
export { type Mounted, mountAtOddPaths, mountElsewhere, mountTwice, ODD_NAMES } from "./mount-names.js";
export { type MountedNamespace, type MountedWithoutProcesses, mountWithoutProcesses } from "./mount-processless.js";
export { HOSTILE_COMMS, keptComm, type NamedProcesses, nameProcesses } from "./name-processes.js";
export { type Namesakes, startNamesakes } from "./namesakes.js";
export {
  MAX_PID_DEPTH,
  MAX_USER_DEPTH,
  type Nested,
  type NestOptions,
  nestPidNamespaces,
  nestUserNamespaces,
} from "./nest-namespaces.js";
export {
  findKernelThread,
  isRunning,
  type ProcessEntry,
  readDescendants,
  readProcessEntries,
  readProcessEntry,
} from "./process-table.js";
export { type NamespaceLink, namespaceAt, namespaceNamed, namespaceOf, type RealNamespace } from "./real-namespace.js";
export {
  compareReleases,
  findProgram,
  requireFuse,
  requireKernel,
  requireLinux,
  requireNamespaces,
  requireProgram,
  requireRoot,
  type Skippable,
  unshareOptions,
} from "./requirement.js";
export { type MountedAroundRoot, mountAroundRoot, type RootDirectory } from "./root-directories.js";
export { asUser, CLI_PATH, type Ran, type RunOptions, run, runCli } from "./run-cli.js";
export { INTERACTIVE_SHELLS, SHELLS, type Shell, wordsFromShell, wordsInHex } from "./shells.js";
export {
  type Contained,
  enterCommand,
  startContained,
  startContainer,
  startWithForeignProc,
  unshareUserAndPid,
} from "./start-container.js";
export {
  blankProc,
  type Cover,
  coverMount,
  type DeadFileSystem,
  mountDeadFileSystem,
  mountOutOfRoot,
  mountProc,
  type OtherProc,
} from "./trap-paths.js";
export { exitLeader, type ThreadApart, unshareInThread } from "./unshare-in-thread.js";
export { whileAway } from "./while-away.js";
