import { type OtherPin, PIN_KINDS, type Pin } from "@ns-graph/graph";
import { type Codec, mapped, named } from "../codec/codec.js";
import { type Fields, optional, recordOf, required, taggedBy } from "../codec/record.js";
import { text, texts, truth } from "../codec/scalars.js";
import { namespaceId, natural, pid } from "./basics.js";

/** A pin as a document has it: one of a kind that this version does not know has that kind's name, too. */
type StoredPin = Exclude<Pin, OtherPin> | (Omit<OtherPin, "kind" | "name"> & { readonly kind: string });

type Variant<Kind extends Pin["kind"]> = Omit<Extract<Pin, { readonly kind: Kind }>, "kind"> & {
  readonly kind: string;
};

const kind = required(
  texts("thread", "fd", "socket", "file", "mount", "for-children", "unseen"),
  "thread: a thread that left its process's namespace. fd: an open descriptor of the namespace. socket: a socket that was made in the net namespace. file: an open descriptor of something else that keeps the namespace. mount: a bind mount. for-children: the namespace that the next child will be in. unseen: the kernel lists the namespace, and nothing that can be looked at holds it.",
);
const namespace = required(namespaceId, "The namespace that is held.");
const process = required(pid, "The process.");
const tid = optional(pid, "A thread with that descriptor. Absent where the main thread has it.");
const more = optional(
  pid,
  "How many more like this one hold the namespace without being listed: of the same kind, and of the same process or in the same mount namespace.",
);

const variant = <Kind extends Pin["kind"]>(fields: Fields<Variant<Kind>>) => recordOf<Variant<Kind>>(fields, "kept");

const stored = taggedBy<StoredPin>(
  "kind",
  {
    thread: variant<"thread">({ kind, namespace, pid: process, tid: required(pid, "The thread."), more }),
    fd: variant<"fd">({ kind, namespace, pid: process, tid, fd: required(natural, "The descriptor."), more }),
    socket: variant<"socket">({
      kind,
      namespace,
      pid: process,
      tid,
      fd: required(natural, "The descriptor of the socket."),
      more,
    }),
    file: variant<"file">({
      kind,
      namespace,
      pid: process,
      tid,
      fd: required(natural, "The descriptor."),
      of: required(
        text,
        "What it is of: tun (a tun or tap device), inotify or fanotify (a watch on the namespace's file), io_uring (that file is registered), mount-tree (it is mounted in a tree that is attached nowhere). More may come. Hostile text.",
      ),
      more,
    }),
    mount: variant<"mount">({
      kind,
      namespace,
      path: required(text, "The mount point, as a process in that mount namespace sees it. Hostile text."),
      mountNamespace: required(namespaceId, "The mount namespace that the mount is in."),
      reachableFrom: optional(
        pid,
        "The process or thread through whose root directory (/proc/PID/root) the path was seen to lead to the namespace. Absent where no way was found.",
      ),
      more,
    }),
    "for-children": variant<"for-children">({
      kind,
      namespace,
      pid: process,
      tid: optional(pid, "The thread, where it is not the main one."),
      begun: optional(truth, "Of a pid namespace: whether it has had a process. Absent where that can't be told."),
      more,
    }),
    unseen: variant<"unseen">({ kind, namespace, more }),
  },
  recordOf<Omit<OtherPin, "name" | "kind"> & { readonly kind: string }>({ kind, namespace, more }, "kept"),
);

const KNOWN: ReadonlySet<string> = new Set(PIN_KINDS);

export const pin: Codec<Pin> = named(
  "pin",
  mapped(
    stored,
    (read): Pin => {
      if (KNOWN.has(read.kind)) return read as Pin;
      const { kind: name, ...rest } = read as Omit<OtherPin, "name" | "kind"> & { readonly kind: string };
      return { kind: "other", name, ...rest };
    },
    (pin): StoredPin => (pin.kind === "other" ? { ...pin, kind: pin.name } : pin),
  ),
  "What keeps a namespace alive besides member processes and namespaces below it. More kinds may come without a new version of the format.",
);
