import type { NamespaceType } from "./namespace-type.js";

/** What was selected of a graph, beside the view's subject: absent parts select nothing away. */
export interface Selection {
  /** Only namespaces of these types, in canonical order (`selectTypes`). */
  readonly types?: readonly NamespaceType[];
  /** Only the namespaces of these processes, by pid (`selectProcesses`). */
  readonly pids?: readonly number[];
  /** Only the user or pid namespace of a process, and what is below it (`selectSubtree`). */
  readonly subtree?: {
    /** The PID of the process. */
    readonly pid: number;
    /** Which of its namespaces is the topmost one. */
    readonly type: "user" | "pid";
  };
  /** Only pid namespaces, as their hierarchy (`selectPidHierarchy`). */
  readonly pidHierarchy?: true;
  /** Only namespaces in which no process was seen (`selectProcessless`). */
  readonly processless?: true;
}
