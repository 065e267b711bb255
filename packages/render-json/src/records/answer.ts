import type { Answer, NamedSharing, NamedTypeSharing, NamedWorkload } from "@ns-graph/graph";
import { named } from "../codec/codec.js";
import { listOf } from "../codec/lists.js";
import { optional, recordOf, required } from "../codec/record.js";
import { text, texts, truth } from "../codec/scalars.js";
import { byType, init, MAX_ITEMS, namespaceId, natural, pid } from "./basics.js";

const namedWorkload = named(
  "namedWorkload",
  recordOf<NamedWorkload>({
    name: required(text, "What it is called, as drawings call it. Hostile text."),
    leader: required(pid, "The process that leads it."),
    processCount: required(natural, "How many of its processes are meant."),
  }),
  "A workload by its name.",
);
const namedWorkloads = listOf(namedWorkload, MAX_ITEMS);

const namespaceSharing = named(
  "namespaceSharing",
  recordOf<NamedSharing>({
    id: required(namespaceId),
    state: required(
      texts("own", "shared", "machine"),
      "own: nobody else is in it. shared: others are. machine: it is the machine's.",
    ),
    certain: optional(
      truth,
      "false where others may be in it who could not be seen. Absent where all members are known.",
    ),
    processCount: required(natural, "How many processes of the subject are in it."),
    others: optional(
      namedWorkloads,
      "Whose processes are in it besides, and how many. Absent for nobody, and of the machine's.",
    ),
  }),
  "A namespace, and who else is in it.",
);

const typeSharing = named(
  "typeSharing",
  recordOf<NamedTypeSharing>({
    state: required(texts("own", "shared", "machine", "mixed"), "mixed: its processes differ in that."),
    namespaces: required(listOf(namespaceSharing, MAX_ITEMS), "The namespaces, that of most processes first."),
  }),
  "With whom a process or a workload shares what it uses of one type.",
);

export const answer = recordOf<Answer>({
  why: optional(
    text,
    "Of a namespace: why it is alive, and what would have to go for it to vanish. English sentences.",
  ),
  init: optional(init, "Of a pid namespace but the initial one: what has become of the process that is 1 inside."),
  leader: optional(pid, "Of a workload: the process that leads it."),
  workloads: optional(
    namedWorkloads,
    "Of a namespace: whose processes are in it, and how many. Of a process: what it is of, the narrowest first, such as its container and the pod of that. Of a workload: what it consists of, where that has names of its own. Absent where there is none.",
  ),
  sharing: optional(
    recordOf<NonNullable<Answer["sharing"]>>(byType(typeSharing)),
    "Of a process and of a workload: with whom it shares what it is in, by type. A type is absent where nothing is known of it.",
  ),
  enterWith: optional(
    listOf(text, 64),
    "The words of a command that enters it. A last word PROGRAM/ stands for a program of the caller's choice, and can't be started itself. Absent where nothing that was found leads in, or enterNote says why. Hostile text: paths.",
  ),
  enterNote: optional(
    text,
    "What whoever runs that command has to know, or why none is offered. One English sentence.",
  ),
});
