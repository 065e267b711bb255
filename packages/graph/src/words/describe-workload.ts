import { isUnit, type Pod, type Workload } from "../workload/workload.js";

/** How a uid is called: by its login name, mostly. */
export type UserNaming = (uid: number) => string;

const byNumber: UserNaming = (uid) => `uid ${uid}`;

/** What engines make up, in distinction from what people do. */
const LONG_ID = /^[0-9a-z]{20,}$/;
/** Digits of an id that engines print. */
const SHORT = 12;

/** An engine's id as the engines abbreviate it: `3f2a91c04b7d`. */
export function shortId(id: string): string {
  return LONG_ID.test(id) ? id.slice(0, SHORT) : id;
}

/** A workload in two words: who made it and whose it is, and what it is called there. */
export interface WorkloadTitle {
  /** `docker`, `docker of anna`, `pod (in docker node)`, `service` … Hostile text. */
  readonly engine: string;
  /** `web (3f2a91c04b7d)`, `shop/cart app`, `nginx.service`. Hostile text. */
  readonly name: string;
}

/**
 * Whose a workload is that root alone can't have named: what stands before the name, because the name may be as long
 * as its maker likes and be cut off behind.
 */
function whereabouts({ borneOut, inside, user, unit, kind }: Workload, nameUser: UserNaming): string {
  if (inside !== undefined) {
    let outermost = inside;
    while (outermost.inside !== undefined) outermost = outermost.inside;
    return ` (${outermost === inside ? "" : "deep "}in ${describeWorkload(outermost, nameUser)})`;
  }
  if (borneOut === "yes") return "";
  if (user !== undefined) return ` of ${nameUser(user)}`;
  return unit === undefined || isUnit(kind) ? "" : ` (in ${unit})`;
}

/** What a workload is called. */
export function workloadTitle(workload: Workload, nameUser: UserNaming = byNumber): WorkloadTitle {
  const { kind, engine, id, name, startedAs, pod, unit } = workload;
  const where = whereabouts(workload, nameUser);
  const short = id === undefined ? undefined : shortId(id);
  if (isUnit(kind)) return { engine: `${kind}${where}`, name: name ?? unit ?? "" };
  const suffix = kind === "monitor" ? " monitor" : "";
  if (pod !== undefined && engine !== "podman")
    return {
      engine: `pod${suffix}${where}`,
      name: `${podName(pod)}${name === undefined && short === undefined ? "" : " "}${name ?? short ?? ""}`,
    };
  const called = startedAs === undefined ? name : `${name}, started as ${startedAs}`;
  const own =
    called === undefined || short === undefined || called === short ? (called ?? short) : `${called} (${short})`;
  const parts = [own ?? unit, ...(pod === undefined ? [] : [`in pod ${podName(pod)}`])];
  return { engine: `${engine}${suffix}${where}`, name: parts.filter((part) => part !== undefined).join(" ") };
}

/** What the pod of a workload is called, and whose it is: `pod`, `shop/cart`; undefined where it is in none. Hostile text. */
export function podTitle(workload: Workload, nameUser: UserNaming = byNumber): WorkloadTitle | undefined {
  return workload.pod && { engine: `pod${whereabouts(workload, nameUser)}`, name: podName(workload.pod) };
}

/** What people call a workload, or else its id, short: what tells it apart from most others. Hostile text. */
export function briefName({ name, id }: Workload): string | undefined {
  return name ?? (id === undefined ? undefined : shortId(id));
}

function podName({ id, name, namespace }: Pod): string {
  if (name === undefined) return shortId(id.length === 36 ? id.slice(0, 8) : id);
  return namespace === undefined ? `${name} (${shortId(id)})` : `${namespace}/${name}`;
}

/** A workload in words: `docker web (3f2a91c04b7d)`, `docker of uid 1000 3f2a91c04b7d`. Hostile text. */
export function describeWorkload(workload: Workload, nameUser: UserNaming = byNumber): string {
  const { engine, name } = workloadTitle(workload, nameUser);
  return name === "" ? engine : `${engine} ${name}`;
}
