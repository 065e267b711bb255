import type { NamespaceId } from "./namespace-id.js";
import { NAMESPACE_TYPES, type NamespaceType } from "./namespace-type.js";
import type { Membership } from "./process.js";

/**
 * The types of which a process is in other namespaces than its parent. Where the parent's could not be read its nearest
 * readable ancestor stands for it; where there is none, the machine.
 *
 * @param above what is known above it: see `knownBelow`
 */
export function enteredTypes(
  above: Membership,
  namespaces: Membership,
  machine: ReadonlySet<NamespaceId>,
  types: readonly NamespaceType[] = NAMESPACE_TYPES,
): readonly NamespaceType[] {
  if (above === namespaces) return [];
  return types.filter((type) => {
    const id = namespaces[type];
    return id !== undefined && (above[type] === undefined ? !machine.has(id) : above[type] !== id);
  });
}

/** What is known above the children of a process: its own namespaces, and of those that are not known its ancestors'. */
export function knownBelow(above: Membership, namespaces: Membership): Membership {
  const isWhole = NAMESPACE_TYPES.every((type) => above[type] === undefined || namespaces[type] !== undefined);
  return isWhole ? namespaces : { ...above, ...namespaces };
}
