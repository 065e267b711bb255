import type { Processless } from "@ns-graph/graph";
import { named } from "../codec/codec.js";
import { recordOf, required } from "../codec/record.js";
import { texts, truth } from "../codec/scalars.js";
import { namespaceId } from "./basics.js";

export const processless = named(
  "processless",
  recordOf<Processless>({
    namespace: required(namespaceId),
    reason: required(
      texts("elsewhere", "held", "for-children", "unseen", "other", "under", "named"),
      "elsewhere: it is mounted, and only in mount namespaces of others than the viewer, which is often what somebody left behind. held: a process holds it. for-children: processes made it for their children. unseen: nothing that was seen holds it. other: what holds it says nothing of that. under: other namespaces hold it, because it is their owner or parent. named: it is mounted in the viewer's mount namespace. More may come without a new version of the format.",
    ),
    certain: required(truth, "Whether all was seen that may be in it or hold it. If not, blindSpots say what was not."),
  }),
  "A namespace in which no process was seen, and why it may be there.",
);
