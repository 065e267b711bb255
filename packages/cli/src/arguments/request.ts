import type { NamespaceType, SurveyOptions, View } from "@ns-graph/graph";
import type { ProbeOptions } from "@ns-graph/sys";
import type { Format } from "../plugins/formats.js";

/** What a command that draws was asked for. It is made in one step, and nothing behind that knows options. */
export interface Request {
  readonly read: ReadRequest;
  readonly select: SelectRequest;
  /** What is named otherwise than by its PID; absent where nothing is. */
  readonly named?: NamedRequest;
  readonly view: ViewRequest;
  readonly target: TargetRequest;
}

/** What to read: a saved document, or this machine. */
export type ReadRequest = { readonly from: string } | MachineRequest;

/** What to read of this machine. */
export interface MachineRequest {
  readonly from?: undefined;
  readonly probe: ProbeOptions;
  readonly survey: SurveyOptions;
  /** Whether to look up what engines call the containers. */
  readonly names: boolean;
  /** A process that was started to be looked at, and that does not outlive this one. */
  readonly child?: number | undefined;
}

/** What to keep of what was read; everything by default. */
export interface SelectRequest {
  /** The processes that were named; all of them if none was. */
  readonly pids: readonly number[];
  /** What is below the namespace of that type of that process. */
  readonly subtree: { readonly pid: number; readonly type: "user" | "pid" } | undefined;
  readonly isPidHierarchy: boolean;
  readonly types: readonly NamespaceType[] | undefined;
  readonly isProcessless: boolean;
}

/** What is named by words, of which the graph has to tell the meaning. */
export interface NamedRequest {
  /** Things whose processes are kept, besides those that are named by PID. */
  readonly words: readonly string[];
  /** What leads to the namespace below which all is kept. */
  readonly subtree?: { readonly word: string; readonly type: "user" | "pid" };
}

/** How to show it. */
export interface ViewRequest {
  /** What differs from the view that the graph has. */
  readonly arrangement: Partial<View>;
  /** The values of all flags of the renderer, by their names. */
  readonly flags: object;
}

/** Where the output goes, and what is reported beside it. */
export interface TargetRequest {
  readonly format: Format;
  /** A path; standard output by default. */
  readonly output: string | undefined;
  /** The permissions of a file that is written; undefined for the usual ones. */
  readonly mode: number | undefined;
  /** Whether lines may be as long as they like. */
  readonly isWide: boolean;
  readonly color: "auto" | "always" | "never";
  /** Whether each problem is listed. */
  readonly isVerbose: boolean;
  /** Whether the exit status says that something could not be read. */
  readonly isStrict: boolean;
}
