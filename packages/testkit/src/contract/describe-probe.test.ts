import { fakeKernel } from "../fake/fake-kernel.js";
import { GENERATIONS } from "../fake/generation.js";
import type { KernelSpec } from "../fake/kernel-spec.js";
import { describeProbe } from "./describe-probe.js";

const CROWD: KernelSpec = {
  namespaces: {
    box: { type: "user", ownerUid: 1000 },
    cell: { type: "user", owner: "box", ownerUid: 1000 },
    web: { type: "net", owner: "box" },
    inner: { type: "pid", owner: "box" },
    innermost: { type: "pid", owner: "cell", parent: "inner" },
    named: { type: "uts" },
    jail: { type: "mnt", owner: "box" },
  },
  processes: [
    { pid: 30, comm: "late", in: { user: "cell", pid: "innermost" } },
    { pid: 1, ppid: 0, comm: "init", uid: 0, state: "S", pids: [1], cgroup: "/init.scope" },
    { pid: 2, ppid: 0, comm: "kthreadd", kernelThread: true },
    { pid: 7, comm: "boxed", in: { user: "box", net: "web", mnt: "jail" }, fds: [{ fd: 3, holds: "named" }] },
    { pid: 8, comm: "twin", in: { user: "box", net: "web", mnt: "jail" }, sockets: [{ fd: 4, holds: "web" }] },
    { pid: 9, errno: "EACCES" },
    { pid: 10, state: "Z", comm: "zombie", in: { user: "box" } },
    { pid: 11, next: "gone", threads: [{ tid: 12, in: { net: "web" } }] },
    { pid: 13, in: { net: "web" }, next: { pid: 13 }, forChildren: [{ holds: "inner" }] },
  ],
  ghosts: [5, 31],
  mounts: [{ path: "/run/netns/web", holds: "web" }],
};

for (const [name, generation] of Object.entries(GENERATIONS)) {
  describeProbe(`a fake kernel: ${name}`, () => fakeKernel({ ...CROWD, generation }).probe());
}
describeProbe("a fake kernel, seen from inside", () =>
  fakeKernel({ ...CROWD, viewer: { pid: 7, in: { user: "box", pid: "inner" } } }).probe(),
);
