import type { NamespaceId } from "./namespace-id.js";

/**
 * What the kernel answered when it was asked for a relative (the owner or the parent) of a namespace.
 *
 * - `known`: the relative's id.
 * - `none`: this type has no such relative.
 * - `invisible`: EPERM from ioctl_ns(2). The relative is above what the viewer may see, or the namespace
 *   is an initial one: the kernel gives the same answer for both, so neither is inferred from it.
 * - `unknown`: it could not be asked (the kernel lacks the ioctl, the namespace could not be opened); the
 *   graph holds a problem that says so.
 */
export type Link =
  | { readonly state: "known"; readonly id: NamespaceId }
  | { readonly state: "none" }
  | { readonly state: "invisible" }
  | { readonly state: "unknown" };

/** The link of a type that has no such relative. */
export const NO_LINK: Link = Object.freeze({ state: "none" });
/** The link to a relative above the viewer's scope. */
export const INVISIBLE_LINK: Link = Object.freeze({ state: "invisible" });

/** The link to a relative that could not be asked for. */
export const UNKNOWN_LINK: Link = Object.freeze({ state: "unknown" });

/** The id of a known relative, else undefined. */
export function linkedId(link: Link): NamespaceId | undefined {
  return link.state === "known" ? link.id : undefined;
}
