import { ioctl } from "../kernel/libc.js";
import { NS_GET_TGID_FROM_PIDNS } from "../kernel/nsfs.js";
import type { FactReader } from "./fact-reader.js";

/** The process that is 1 in a PID namespace. */
export const init: FactReader = {
  fact: "init",
  type: "pid",
  what: "init",
  isOptional: true,
  /** NS_GET_TGID_FROM_PIDNS (Linux 6.11) answers with a PID of the viewer's namespace. */
  look({ namespaces, isProcForeign }, { id }) {
    const fd = namespaces.get(id)?.fd ?? -1;
    const pid = isProcForeign || fd < 0 ? -1 : ioctl(fd, NS_GET_TGID_FROM_PIDNS, 1);
    return pid > 0 ? { initPid: pid } : undefined;
  },
  /** NStgid ends with the PID in the process's own namespace (proc_pid_status(5)). */
  ask(member) {
    const pids = /^NStgid:\t(.*)$/m.exec(member.read("status") ?? "")?.[1]?.split("\t");
    return pids?.at(-1) === "1" ? { initPid: member.pid } : undefined;
  },
};
