/**
 * How one finding came out.
 *
 * - `found`: with all that there is to know of it
 * - `partly`: it is there, and a problem says what is missing of it
 * - `reported`: it is not there, and a problem says so
 * - `missed`: it is not there, and nothing says so
 * - `wrong`: something false was said of it, or it could not be tried
 */
export type Outcome = "found" | "partly" | "reported" | "missed" | "wrong";

/** What the kernel was asked to come upon a namespace. */
export const INTERFACES = [
  "ns links",
  "task",
  "fd",
  "SIOCGSKNS",
  "fdinfo",
  "for_children",
  "PIDFD_GET_*",
  "mountinfo",
  "listmount",
  "statmount",
  "relatives",
  "NS_MNT_GET_NEXT",
  "listns",
] as const;

/** One of the ways. */
export type Interface = (typeof INTERFACES)[number];

/** One thing that was tried in a guest. */
export interface FindingReport {
  readonly id: string;
  readonly outcome: Outcome;
  /** By which interfaces the namespaces were come upon. */
  readonly by: readonly Interface[];
  /** What is wrong, for whoever has to find out. */
  readonly why?: string;
}

/** What a guest prints, as JSON. */
export interface GuestReport {
  readonly release: string;
  readonly architecture: string;
  readonly node: string;
  readonly findings: readonly FindingReport[];
  /** Interfaces that were found to be absent, with the errno that said so. */
  readonly absent: Readonly<Record<string, string>>;
  /** Codes of the problems that root is told of in the initial namespaces. */
  readonly problems: readonly string[];
}
