import type { BlindSpot } from "./blind-spot.js";
import type { ContainerNames } from "./container-names.js";
import type { Host, Source, Users, Viewer } from "./host.js";
import type { Namespace } from "./namespace.js";
import type { Pin } from "./pin.js";
import type { Problem } from "./problem.js";
import type { Process } from "./process.js";
import type { View } from "./view.js";

/** The frame of a survey: where, by whom, and which places were searched. */
export interface SurveyFrame {
  /** The machine that was looked at. */
  readonly host: Host;
  /** Who looked. */
  readonly viewer: Viewer;
  /** The places that were searched, in canonical order. */
  readonly sources: readonly Source[];
  /** The only processes that were read, in ascending order; absent where all that are listed were. */
  readonly pids?: readonly number[];
  /** Names of uids and gids, and whose subordinate ones are; absent where they were not asked for. */
  readonly users?: Users;
  /** Names of the containers; absent where they were not asked for. */
  readonly containerNames?: ContainerNames;
  /** Given by a document; computed from the sources and problems where it is absent. */
  readonly complete?: boolean;
  /** How it is to be arranged; `DEFAULT_VIEW` where it is absent. */
  readonly view?: View;
  /** Whether this is a part of what was surveyed, and nothing is known of the rest: so documents of selections once were. */
  readonly isPart?: true;
  /** What could not be looked at, where a document says so that was written without its processes; found anew elsewhere. */
  readonly blindSpots?: readonly BlindSpot[];
  /** Fields of a document that this version does not know. */
  readonly extra?: Readonly<Record<string, unknown>>;
}

/** One flat fact. The order in which observations come does not matter, nor does one that comes twice. */
export type Observation =
  | { readonly kind: "frame"; readonly frame: SurveyFrame }
  | { readonly kind: "namespace"; readonly namespace: Namespace }
  | { readonly kind: "process"; readonly process: Process }
  | { readonly kind: "pin"; readonly pin: Pin }
  | { readonly kind: "problem"; readonly problem: Problem };
