import type { IdRange, Namespace, NetworkInterface, TimeOffsets } from "@ns-graph/graph";
import { type Codec, described, named } from "../codec/codec.js";
import { quote, shapeFault } from "../codec/document-fault.js";
import { listOf, tupleOf } from "../codec/lists.js";
import { optional, recordOf, required } from "../codec/record.js";
import { matching, oneOf, text, truth, whole, yes } from "../codec/scalars.js";
import { init, link, namespaceId, namespaceType, natural, pid, uid } from "./basics.js";

const addresses = listOf(text, 65_536);

const idMap = named(
  "idMap",
  listOf(tupleOf<IdRange>([uid, uid, whole(0, 2 ** 32)]), 1024),
  "Lines of /proc/PID/uid_map or gid_map, each as first id inside, first id outside, count (user_namespaces(7)). Outside is in terms of the viewer's user namespace. Empty: no map was written yet.",
);

const clockOffset = named(
  "clockOffset",
  tupleOf<readonly [string, number]>([
    matching(/^-?[0-9]{1,20}$/, "seconds in decimal"),
    whole(-999_999_999, 999_999_999),
  ]),
  "Seconds, as a decimal text, and nanoseconds.",
  ["-86400", 0],
);

const networkInterface = recordOf<NetworkInterface>({
  name: required(text, "Its name. Hostile text."),
  state: optional(text, "up or down, where that can be told from outside."),
  addresses: required(addresses, "In CIDR form, IPv4 before IPv6."),
});

const record = recordOf<Namespace>(
  {
    id: required(namespaceId),
    type: required(namespaceType),
    ino: required(whole(1), "st_ino: the number in net:[4026531833]."),
    dev: required(natural, "st_dev of nsfs: the same for all namespaces of a running kernel."),
    nsId: optional(
      matching(/^[0-9]{1,20}$/, "a 64-bit number in decimal, as a text"),
      "64-bit id that is never reused, as a decimal text (NS_GET_ID, Linux 6.18).",
    ),
    initial: optional(truth, "Whether it is the one the kernel booted with. Absent: that can't be known."),
    level: optional(
      natural,
      "Distance to the initial namespace, which has 0. Of pid and user namespaces; absent where the chain does not reach it.",
    ),
    parent: required(link, "NS_GET_PARENT (Linux 4.9). Only pid and user namespaces have a parent."),
    owner: required(
      link,
      "NS_GET_USERNS (Linux 4.9): the user namespace that owns it. That of a user namespace is its parent.",
    ),
    ownerUid: optional(
      uid,
      "Of user namespaces: the effective uid of the creator, in terms of the viewer's user namespace (NS_GET_OWNER_UID, Linux 4.11). Absent: not known; there is no default.",
    ),
    memberCount: optional(natural, "The number of member processes, where the processes were left out."),
    context: optional(yes, "There only so that the links of others lead somewhere; not part of what was asked for."),
    uidMap: optional(idMap, "Of user namespaces: the uid map."),
    gidMap: optional(idMap, "Of user namespaces: the gid map."),
    setgroups: optional(oneOf(["allow", "deny"]), "Of user namespaces: /proc/PID/setgroups (Linux 3.19)."),
    timeOffsets: optional(
      recordOf<TimeOffsets>({ monotonic: required(clockOffset), boottime: required(clockOffset) }),
      "Of time namespaces: the offsets of its clocks (/proc/PID/timens_offsets, Linux 5.6).",
    ),
    interfaces: optional(
      listOf(described(networkInterface, "A network interface."), 65_536),
      "Of net namespaces: its interfaces.",
    ),
    unassignedAddresses: optional(
      addresses,
      "Of net namespaces: addresses in CIDR form of which /proc does not tell the interface.",
    ),
    mountCount: optional(natural, "Of mnt namespaces: how many mounts a process in it sees."),
    rootMount: optional(text, "Of mnt namespaces: what is mounted at the root."),
    hostname: optional(text, "Of uts namespaces: the hostname. Hostile text."),
    cgroupRoot: optional(text, "Of cgroup namespaces: the root directory, relative to the viewer's. Hostile text."),
    initPid: optional(pid, "Of pid namespaces: the PID, as the viewer sees it, of the process that is 1 inside."),
    init: optional(
      init,
      "Of pid namespaces but the initial one: what has become of the process that is 1 inside, from all processes that there were.",
    ),
  },
  "kept",
);

export const namespace: Codec<Namespace> = named(
  "namespace",
  {
    ...record,
    read(value, reading) {
      const found = record.read(value, reading);
      const { id, dev, ino } = found;
      if (id === `${dev}:${ino}`) return found;
      throw shapeFault(`has the id ${quote(id)}, but dev ${dev} and ino ${ino}`);
    },
  },
  "A namespace, and what the kernel told of it.",
);
