import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { isNamespaceType, NAMESPACE_TYPES, type NamespaceType } from "@ns-graph/graph";
import { namespaceOf } from "./real-namespace.js";

/** One namespace, as lsns(8) lists it. */
export interface ListedNamespace {
  readonly ino: number;
  readonly type: NamespaceType;
  /** Its members, as far as lsns may read them, without itself. */
  readonly processes: number;
  /** Inode of the parent (user and pid); undefined where lsns has none to tell. */
  readonly parent: number | undefined;
  /** Inode of the owner; undefined where lsns has none to tell. */
  readonly owner: number | undefined;
}

interface Row {
  readonly ns?: string | number | null;
  readonly type?: string | null;
  readonly nprocs?: string | number | null;
  readonly pns?: string | number | null;
  readonly ons?: string | number | null;
}

const known = (value: string | number | null | undefined) => Number(value ?? 0) || undefined;

/**
 * What lsns(8) of util-linux says of this moment, by inode. It knows namespaces with member processes and some of
 * their relatives; versions before 2.38 lack columns, and then this throws.
 */
export function lsns(): Map<number, ListedNamespace> {
  const { status, stdout, stderr, error } = spawnSync("lsns", ["-J", "-l", "-n", "-o", "NS,TYPE,NPROCS,PNS,ONS"], {
    encoding: "utf8",
    maxBuffer: 1 << 28,
  });
  if (status !== 0) throw new Error(`lsns: ${error?.message ?? stderr.trim()}`);
  const listed = new Map<number, ListedNamespace>();
  const own = new Set(
    NAMESPACE_TYPES.filter((type) => existsSync(`/proc/self/ns/${type}`)).map((type) => namespaceOf("self", type).ino),
  );
  for (const row of (JSON.parse(stdout) as { namespaces: Row[] }).namespaces) {
    const { type } = row;
    const ino = known(row.ns);
    if (ino === undefined || typeof type !== "string" || !isNamespaceType(type)) continue;
    listed.set(ino, {
      ino,
      type,
      processes: Number(row.nprocs ?? 0) - (own.has(ino) ? 1 : 0),
      parent: known(row.pns),
      owner: known(row.ons),
    });
  }
  return listed;
}
