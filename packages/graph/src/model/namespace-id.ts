import type { NamespaceType } from "./namespace-type.js";

/**
 * Identity of a namespace: `dev:ino`, both decimal, from fstat(2) of an open namespace.
 *
 * It identifies a namespace only while something keeps that namespace alive: the kernel gives the
 * inode number of a dead namespace to the next one, of whatever type.
 */
export type NamespaceId = string;

/** Joins st_dev and st_ino into an id. */
export function namespaceId(dev: number | bigint, ino: number | bigint): NamespaceId {
  return `${dev}:${ino}`;
}

/** Splits an id into st_dev and st_ino, or answers undefined where the text is not an id. */
export function parseNamespaceId(text: string): { readonly dev: number; readonly ino: number } | undefined {
  const match = /^(0|[1-9]\d{0,15}):([1-9]\d{0,15})$/.exec(text);
  if (match === null) return undefined;
  const dev = Number(match[1]);
  const ino = Number(match[2]);
  return Number.isSafeInteger(dev) && Number.isSafeInteger(ino) ? { dev, ino } : undefined;
}

/** The kernel's own spelling, `net:[4026531833]`: what readlink(2) of /proc/PID/ns/net gives. */
export function namespaceName(namespace: { readonly type: NamespaceType; readonly ino: number }): string {
  return `${namespace.type}:[${namespace.ino}]`;
}
