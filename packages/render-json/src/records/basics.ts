import {
  type Evidence,
  type Init,
  type Link,
  type Membership,
  NAMESPACE_TYPES,
  type NamespaceType,
  parseNamespaceId,
} from "@ns-graph/graph";
import { type Codec, named } from "../codec/codec.js";
import { quote, shapeFault } from "../codec/document-fault.js";
import { type Fields, objectOf, optional, recordOf, required, taggedBy } from "../codec/record.js";
import { matching, oneOf, texts, whole } from "../codec/scalars.js";
import { shared } from "../codec/shared.js";

/*
 * What a document has is declared here, each member once: from that come the reader, the writer and the JSON Schema. Where
 * there may be only so many of something, the number is far above what Linux allows.
 */

/** The most items that a list of processes, namespaces or pins may have: as many as there can be processes (PID_MAX_LIMIT). */
export const MAX_ITEMS = 2 ** 22;

export const pid = whole(1);
export const natural = whole(0);

export const uid = named("uid", whole(0, 2 ** 32 - 1), "A uid or gid.");

const ID_FORM = 'the id of a namespace, such as "4:4026531837"';
const idText = matching(/^(0|[1-9][0-9]{0,15}):[1-9][0-9]{0,15}$/, ID_FORM);

export const namespaceId = named(
  "id",
  {
    ...idText,
    read(value, reading) {
      const id = idText.read(value, reading);
      // Numbers of sixteen digits may be too large.
      if (id.length < 17 || parseNamespaceId(id) !== undefined) return id;
      throw shapeFault(`must be ${ID_FORM}, not ${quote(id)}`);
    },
  },
  "Identity of a namespace: st_dev and st_ino of its nsfs file (fstat(2)), both decimal. It is good for one moment on one boot of one machine: the kernel gives the inode number of a dead namespace to the next one. An id that occurs in a link, a membership or a pin need not be among the namespaces of the document.",
  "4:4026531837",
);

export const namespaceType = named(
  "type",
  oneOf(NAMESPACE_TYPES),
  "Type of a namespace, as /proc/PID/ns and the kernel's link texts spell it (namespaces(7)).",
);

/** An object that may have one and the same for each type of namespaces. */
export function byType<T>(codec: Codec<T>): Fields<Readonly<Partial<Record<NamespaceType, T>>>> {
  const fields = NAMESPACE_TYPES.map((type) => [type, optional(codec)]);
  return Object.fromEntries(fields) as Fields<Readonly<Partial<Record<NamespaceType, T>>>>;
}

export const membership = named(
  "membership",
  shared(recordOf<Membership>(byType(namespaceId), "refused")),
  "The namespaces a process is in, by type. A type is absent where its link could not be read: a zombie has only pid and user, a process that may not be inspected has none.",
);

/** Whether something is borne out. */
export const evidence: Codec<Evidence> = named(
  "evidence",
  oneOf(["yes", "no", "unknown"]),
  "Whether what something says of itself is borne out by what its maker alone could not have arranged. no: whoever made it was free to say so. unknown: what would tell could not be looked at, or was not.",
);

const state = required(oneOf<Link["state"]>(["known", "none", "invisible", "unknown"]));
const plainLink = objectOf({ state });

export const link: Codec<Link> = named(
  "link",
  shared(
    taggedBy<Link>("state", {
      known: objectOf({ state, id: required(namespaceId) }),
      none: plainLink,
      invisible: plainLink,
      unknown: plainLink,
    }),
  ),
  "What the kernel answered when it was asked for a relative. known: its id. none: this type has no such relative. invisible: EPERM, it is above what the viewer may see, or this is an initial namespace; the kernel's answer is the same. unknown: it could not be asked, and a problem says why.",
);

export const init = named(
  "init",
  recordOf<Init>({
    state: required(
      texts("alive", "ending", "zombie", "gone", "not-begun", "gone-or-not-begun", "not-known"),
      "alive: it runs. ending: it has ended, and stays until the last process in the namespace is reaped. zombie: it has ended and was not reaped. gone: it has ended and was reaped. not-begun: the namespace has had no process yet. gone-or-not-begun: there is none, and which of the two it is can't be told. not-known: not all processes of the namespace, or not their states, could be read. More may come without a new version of the format.",
    ),
    pid: optional(pid, "Its PID, as the viewer's /proc has it."),
  }),
  "What has become of the init of a pid namespace (pid_namespaces(7)).",
);
