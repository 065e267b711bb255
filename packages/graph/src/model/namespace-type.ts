/**
 * The eight kinds of namespaces, by the names that /proc/PID/ns and the kernel's link texts use,
 * in the canonical (alphabetical) order. See namespaces(7).
 */
export const NAMESPACE_TYPES = ["cgroup", "ipc", "mnt", "net", "pid", "time", "user", "uts"] as const;

/** The kind of a namespace, as the kernel spells it in `net:[4026531833]`. */
export type NamespaceType = (typeof NAMESPACE_TYPES)[number];

const known: ReadonlySet<string> = new Set(NAMESPACE_TYPES);

/** Whether a word is one of the eight types. */
export function isNamespaceType(word: string): word is NamespaceType {
  return known.has(word);
}

/** The types whose namespaces form a hierarchy of their own (NS_GET_PARENT answers for these alone). */
export function isHierarchical(type: NamespaceType): type is "pid" | "user" {
  return type === "pid" || type === "user";
}
