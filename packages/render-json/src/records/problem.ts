import { type BlindSpot, NAMESPACE_TYPES, type Problem } from "@ns-graph/graph";
import { named } from "../codec/codec.js";
import { listOf } from "../codec/lists.js";
import { optional, recordOf, required } from "../codec/record.js";
import { oneOf, text, texts, yes } from "../codec/scalars.js";
import { namespaceId, namespaceType, natural } from "./basics.js";

export const problem = named(
  "problem",
  recordOf<Problem>(
    {
      code: required(texts("PROCESS_UNREADABLE", "MOUNT_UNREADABLE", "SCOPE_USER"), "Which kind of thing it is."),
      errno: optional(texts("EACCES"), "Name of the errno; absent where no call failed."),
      pid: optional(natural, "The process."),
      tid: optional(natural, "The thread."),
      fd: optional(natural, "The descriptor."),
      namespace: optional(namespaceId),
      type: optional(namespaceType),
      path: optional(text, "A file, as it was named to the kernel. Hostile text."),
      what: optional(
        text,
        "The kernel interface, fact or capability that is missing or failed, or the kind of thing that was left out.",
      ),
      count: optional(natural, "How many things it is about, where they are counted and not listed."),
    },
    "kept",
  ),
  "Something that could not be learned. More codes may come without a new version of the format.",
);

export const blindSpot = named(
  "blindSpot",
  recordOf<BlindSpot>({
    of: required(
      oneOf(["members", "holders"]),
      "What may be missing: members (which hold a namespace too), or holders besides them.",
    ),
    what: required(
      texts(
        "processes",
        "unlisted",
        "unnamed",
        "threads",
        "descriptors",
        "sockets",
        "children",
        "mounts",
        "relatives",
        "list",
        "machine",
        "selection",
      ),
      "What was not looked at.",
    ),
    codes: required(
      listOf(text, 1024),
      "The codes of the problems that say so; NOT_SEARCHED where a place was not searched, NOT_CARRIED where a document leaves something out.",
    ),
    types: required(listOf(namespaceType, NAMESPACE_TYPES.length), "The types of namespaces that it concerns."),
    initial: optional(yes, "It concerns only namespaces that are, or may be, initial."),
    level: optional(natural, "It concerns only pid namespaces of this level, and those without one."),
    notBelow: optional(namespaceId, "Neither this pid namespace nor those below it are concerned."),
    count: optional(
      natural,
      "How many processes it is about (of mounts, how many mounts and mount namespaces; of relatives, how many namespaces), where they were counted.",
    ),
  }),
  "Something that could not be looked at. More kinds may come without a new version of the format.",
);
