import type { NamespaceGraph } from "./namespace-graph.js";
import type { View } from "./view.js";

/**
 * A fact that costs a read and is read only if somebody draws it.
 *
 * - `status`: comm, ppid, uid, state, kernelThread and pids of each process (one read)
 * - `cgroup`: the cgroup path of each process
 * - `command-line`: the arguments of each process
 * - `maps`: uid and gid maps and setgroups of user namespaces
 * - `time-offsets`: clock offsets of time namespaces
 * - `users`: names of uids and gids, and subordinate ranges
 * - `interfaces`, `mounts`, `hostname`, `cgroup-root`, `init`: facts of net, mnt, uts, cgroup and pid namespaces
 */
export type Fact =
  | "status"
  | "cgroup"
  | "command-line"
  | "maps"
  | "time-offsets"
  | "users"
  | "interfaces"
  | "mounts"
  | "hostname"
  | "cgroup-root"
  | "init";

/** All facts. */
export const FACTS: readonly Fact[] = [
  "status",
  "cgroup",
  "command-line",
  "maps",
  "time-offsets",
  "users",
  "interfaces",
  "mounts",
  "hostname",
  "cgroup-root",
  "init",
];

/** The surface that output goes to. */
export interface Surface {
  /** Whether colours (SGR escape sequences) are welcome. */
  readonly color: boolean;
  /** Width in cells; undefined where there is no terminal: then no name need be cut. */
  readonly columns: number | undefined;
  /** Whether nothing is to be cut, folded or wrapped for lack of width; absent for no. `columns` is undefined then. */
  readonly wide?: boolean;
  /** Whether characters beyond ASCII can be shown. */
  readonly unicode: boolean;
}

/** What every option of a renderer says of itself. */
export interface DescribedFlag<Value> {
  /** What it does, as one line of help. */
  readonly summary: string;
  /** The value without the flag; it has to be one that the flag could give. */
  readonly default: Value;
}

/** A switch: `--NAME` and `--no-NAME`. */
export interface BooleanFlag {
  /** Tells this kind of option from others. */
  readonly type: "boolean";
}

/** A number: `--NAME 2.5`. */
export interface NumberFlag {
  /** Tells this kind of option from others. */
  readonly type: "number";
  /** The least that it may be; no bound by default. */
  readonly min?: number;
  /** The most that it may be; no bound by default. */
  readonly max?: number;
}

/** Any text: `--NAME TEXT`. */
export interface TextFlag {
  /** Tells this kind of option from others. */
  readonly type: "text";
  /** What stands for the text in help, in capitals: `FILE`. */
  readonly placeholder: string;
}

/** One of some words: `--NAME WORD`. */
export interface ChoiceFlag<Value> {
  /** Tells this kind of option from others. */
  readonly type: "choice";
  /** The words, in the order in which help lists them. */
  readonly choices: readonly Value[];
}

/**
 * A described option of a renderer: `summary`, `default` and `type`, and what its kind needs besides. Which kind it is, the
 * type of its value says: a boolean is a switch ({@linkcode BooleanFlag}); a number may have `min` and `max`
 * ({@linkcode NumberFlag}); a `string` is a text and has a `placeholder` ({@linkcode TextFlag}); a union of words is a choice
 * and has `choices` ({@linkcode ChoiceFlag}).
 *
 * @example
 * import type { Flags } from "@ns-graph/graph";
 *
 * export const flags: Flags<{ header: boolean; width: number; title: string; order: "up" | "down" }> = {
 *   header: { type: "boolean", default: true, summary: "Begin with the names of the columns." },
 *   width: { type: "number", min: 20, max: 400, default: 80, summary: "How wide a line may be, in cells." },
 *   title: { type: "text", placeholder: "TEXT", default: "", summary: "What stands above." },
 *   order: { type: "choice", choices: ["up", "down"], default: "up", summary: "Which way to sort." },
 * };
 */
export type Flag<Value> = DescribedFlag<Value> &
  ([Value] extends [boolean]
    ? BooleanFlag
    : [Value] extends [number]
      ? NumberFlag
      : string extends Value
        ? TextFlag
        : ChoiceFlag<Value>);

/** The options of a renderer, by their long names without dashes. */
export type Flags<Options> = { readonly [Name in keyof Options & string]: Flag<Options[Name]> };

/** What a renderer yields: text or bytes, at once or as they come. */
export type Chunks = Iterable<string | Uint8Array> | AsyncIterable<string | Uint8Array>;

/**
 * Draws a graph. A renderer holds no state, prints nothing and reads no environment: all that it may know
 * comes with the three arguments. Names, commands, paths and labels in the graph are hostile text.
 *
 * `Output` is what `render` gives: where it is a generator of text, whoever calls it need not await it.
 */
export interface Renderer<Options extends object = Record<never, never>, Output extends Chunks = Chunks> {
  /** The word after `--format`: letters, digits, dashes and underscores, a letter or digit first. */
  readonly name: string;
  /** What it is for, as one line. */
  readonly summary: string;
  /** Media type of what it yields, such as `image/svg+xml`. */
  readonly mediaType: string;
  /** File name extension without the dot. */
  readonly extension: string;
  /** Whether it yields bytes that are not to be sent to a terminal. */
  readonly binary?: boolean;
  /** The options, each described: the command shows them in its help and parses them. */
  readonly flags: Flags<Options>;
  /** The facts it draws with these options and this view: nothing else is read. */
  needs(options: Options, view: View): readonly Fact[];
  /** Draws: yields at least one chunk, also for a graph without namespaces where the options are the default ones. */
  render(graph: NamespaceGraph, options: Options, surface: Surface): Output;
}

/** A renderer whose options are not known statically, as the command handles them. */
// biome-ignore lint/suspicious/noExplicitAny: the options of a plugin are known to itself alone
export type AnyRenderer = Renderer<any>;

/** The options a renderer has when no flag is given. */
export function defaultOptions<Options extends object>(renderer: Renderer<Options>): Options {
  const entries = Object.entries(renderer.flags) as [string, Flag<unknown>][];
  return Object.fromEntries(entries.map(([name, flag]) => [name, flag.default])) as Options;
}
