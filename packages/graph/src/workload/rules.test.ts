import { describe, expect, test } from "vitest";
import { describeWorkload } from "../words/describe-workload.js";
import { CGROUP_RULES } from "./rules.js";
import type { Workload } from "./workload.js";
import { workloadOfCgroup } from "./workload-of.js";

type Case = readonly [path: string, words: string, fields?: Partial<Workload>];

const A = "fa7f0ec4fbcbb70c69565a5b2d269926e04ec5601dff59235199d6e60198e95c";
const B = "55ea3863351726184e26ca7418f577d04c96dac0009e1f088f6c0c7a1dc2ed7c";
const POD = "ccf19bc6-503b-4dd0-b33d-e5717fe6613c";
const POD_UNIT = "ccf19bc6_503b_4dd0_b33d_e5717fe6613c";
/** Static pods have a hash for a uid. */
const STATIC_POD = "3d6beaa3004913efb68ce073d73494b0";
const MANAGER = "/user.slice/user-1000.slice/user@1000.service";

/** Paths as they occur on real machines; ids were exchanged where that changes nothing. */
const CASES: Readonly<Record<string, readonly Case[]>> = {
  Docker: [
    [`/system.slice/docker-${A}.scope`, "docker fa7f0ec4fbcb", { kind: "container", engine: "docker", id: A }],
    [`/docker/${A}`, "docker fa7f0ec4fbcb", { id: A, cgroup: `/docker/${A}` }],
    [`/docker/${A}/init.scope`, "docker fa7f0ec4fbcb", { cgroup: `/docker/${A}` }],
    [`/docker-ce/docker/${A}`, "docker fa7f0ec4fbcb"],
    [`${MANAGER}/user.slice/docker-${A}.scope`, "docker of uid 1000 fa7f0ec4fbcb", { user: 1000 }],
    [
      `${MANAGER}/app.slice/docker.service/docker/${A}`,
      "docker of uid 1000 fa7f0ec4fbcb",
      { user: 1000, unit: "docker.service" },
    ],
    [`/system.slice/docker-${A}.scope/system.slice/nginx.service`, "docker fa7f0ec4fbcb"],
    ["/docker/buildkit/vs1nsbnbrzoxlpdtuf6bkcolb", "buildkit vs1nsbnbrzox"],
  ],
  Podman: [
    [`/machine.slice/libpod-${A}.scope`, "podman fa7f0ec4fbcb", { kind: "container", id: A }],
    [`/machine.slice/libpod-${A}.scope/container`, "podman fa7f0ec4fbcb", { id: A }],
    [`${MANAGER}/user.slice/libpod-${A}.scope/container`, "podman of uid 1000 fa7f0ec4fbcb", { user: 1000 }],
    [`/libpod_parent/libpod-${A}`, "podman fa7f0ec4fbcb"],
    [`/libpod_parent/${B}/libpod-${A}`, "podman fa7f0ec4fbcb in pod 55ea38633517", { pod: { id: B } }],
    [
      `/machine.slice/machine-libpod_pod_${B}.slice/libpod-${A}.scope/container`,
      "podman fa7f0ec4fbcb in pod 55ea38633517",
      { pod: { id: B } },
    ],
    [
      `${MANAGER}/user.slice/user-libpod_pod_${B}.slice/libpod-${A}.scope`,
      "podman of uid 1000 fa7f0ec4fbcb in pod 55ea38633517",
      { pod: { id: B }, user: 1000 },
    ],
    [`/system.slice/web.service/libpod-payload-${A}`, "podman (in web.service) fa7f0ec4fbcb", { unit: "web.service" }],
    [`/machine.slice/libpod-conmon-${A}.scope`, "podman monitor fa7f0ec4fbcb", { kind: "monitor", id: A }],
    [`${MANAGER}/user.slice/libpod-conmon-${A}.scope`, "podman monitor of uid 1000 fa7f0ec4fbcb", { kind: "monitor" }],
    ["/libpod_parent/conmon", "podman monitor", { kind: "monitor" }],
    [`${MANAGER}/user.slice/podman-pause-651d8c4c.scope`, "scope of uid 1000 podman-pause-651d8c4c", { kind: "scope" }],
  ],
  Kubernetes: [
    [
      `/kubepods.slice/kubepods-besteffort.slice/kubepods-besteffort-pod${POD_UNIT}.slice/docker-${A}.scope`,
      "pod ccf19bc6 fa7f0ec4fbcb",
      { kind: "container", engine: "docker", id: A, pod: { id: POD, qos: "besteffort" } },
    ],
    [
      `/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod${POD_UNIT}.slice/cri-containerd-${A}.scope`,
      "pod ccf19bc6 fa7f0ec4fbcb",
      { engine: "containerd", pod: { id: POD, qos: "burstable" } },
    ],
    [
      `/kubepods.slice/kubepods-pod${POD_UNIT}.slice/cri-containerd-${A}.scope`,
      "pod ccf19bc6 fa7f0ec4fbcb",
      { engine: "containerd", pod: { id: POD, qos: "guaranteed" } },
    ],
    [
      `/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod${STATIC_POD}.slice/crio-${A}.scope/container`,
      "pod 3d6beaa30049 fa7f0ec4fbcb",
      { engine: "cri-o", pod: { id: STATIC_POD, qos: "burstable" } },
    ],
    [
      `/kubepods.slice/kubepods-besteffort.slice/kubepods-besteffort-pod${POD_UNIT}.slice/crio-conmon-${A}.scope`,
      "pod monitor ccf19bc6 fa7f0ec4fbcb",
      { kind: "monitor", engine: "cri-o" },
    ],
    [
      `/system.slice/containerd.service/kubepods-burstable-pod${POD_UNIT}.slice:cri-containerd:${A}`,
      "pod ccf19bc6 fa7f0ec4fbcb",
      { engine: "containerd", id: A, pod: { id: POD, qos: "burstable" } },
    ],
    [
      `/kuberuntime/containerd/kubepods-pod${POD_UNIT}:cri-containerd:${A}`,
      "pod ccf19bc6 fa7f0ec4fbcb",
      { pod: { id: POD, qos: "guaranteed" } },
    ],
    [
      `/kubepods/besteffort/pod${POD}/${A}`,
      "pod ccf19bc6 fa7f0ec4fbcb",
      { kind: "container", engine: "kubernetes", id: A, pod: { id: POD, qos: "besteffort" } },
    ],
    [`/kubepods/pod${POD}/${A}`, "pod ccf19bc6 fa7f0ec4fbcb", { pod: { id: POD, qos: "guaranteed" } }],
    [
      `/kubepods/burstable/pod${STATIC_POD}/crio-${A}`,
      "pod 3d6beaa30049 fa7f0ec4fbcb",
      { engine: "cri-o", pod: { id: STATIC_POD, qos: "burstable" } },
    ],
    [
      `/kubelet/kubepods/pod${POD}/${A}`,
      "pod ccf19bc6 fa7f0ec4fbcb",
      { engine: "kubernetes", pod: { id: POD, qos: "guaranteed" } },
    ],
    [
      `/system.slice/docker-${B}.scope/kubelet.slice/kubelet-kubepods.slice/kubelet-kubepods-besteffort.slice/kubelet-kubepods-besteffort-pod${POD_UNIT}.slice/cri-containerd-${A}.scope`,
      "pod (in docker 55ea38633517) ccf19bc6 fa7f0ec4fbcb",
      {
        engine: "containerd",
        id: A,
        pod: { id: POD, qos: "besteffort" },
        inside: workload(`/system.slice/docker-${B}.scope`),
      },
    ],
    [
      `/../../kubepods-burstable-pod${POD_UNIT}.slice/cri-containerd-${A}.scope`,
      "pod ccf19bc6 fa7f0ec4fbcb",
      { pod: { id: POD, qos: "burstable" } },
    ],
    ["/system.slice/kubelet.service", "service kubelet.service", { kind: "service" }],
  ],
  "containerd and CRI-O": [
    [`/system.slice/nerdctl-${A}.scope`, "containerd fa7f0ec4fbcb", { kind: "container", engine: "containerd" }],
    [`${MANAGER}/user.slice/nerdctl-${A}.scope`, "containerd of uid 1000 fa7f0ec4fbcb", { user: 1000 }],
    [`/default/${A}`, "containerd fa7f0ec4fbcb", { engine: "containerd" }],
    [`/k8s.io/${A}`, "containerd fa7f0ec4fbcb", { engine: "containerd" }],
    [`/system.slice/containerd.service/containerd/${A}`, "containerd fa7f0ec4fbcb"],
    [`/system.slice/crio-conmon-${A}.scope`, "cri-o monitor fa7f0ec4fbcb", { kind: "monitor" }],
    ["/system.slice/containerd.service", "service containerd.service", { kind: "service", unit: "containerd.service" }],
  ],
  // Taken from ctr of containerd 1.6.20, `runc run myrunc` of 1.1.5, and crun 1.8.1 by its source.
  "runc, crun and ctr with ids that people chose": [
    ["/default/ctr1", "containerd ctr1", { kind: "container", engine: "containerd", id: "ctr1", borneOut: "yes" }],
    ["/default/ubuntu-kata-fc.2", "containerd ubuntu-kata-fc.2"],
    ["/default/ctr1/init.scope", "containerd ctr1", { cgroup: "/default/ctr1" }],
    ["/system.slice/runc-myrunc.scope", "runc myrunc", { kind: "container", id: "myrunc" }],
    [`${MANAGER}/user.slice/runc-foo.scope`, "runc of uid 1000 foo", { user: 1000, borneOut: "no" }],
    ["/system.slice/runc-bpm-galera-agent.scope", "runc bpm-galera-agent"],
    ["/system.slice/crun-web_1.scope", "crun web_1", { engine: "crun" }],
    [`/system.slice/runc-${A}.scope`, "runc fa7f0ec4fbcb", { id: A }],
  ],
  "LXC and Incus": [
    ["/lxc.payload.waydroid", "lxc waydroid", { kind: "container", engine: "lxc", name: "waydroid" }],
    ["/lxc.payload.user-1000_alpine-container/.lxc", "lxc user-1000_alpine-container"],
    ["/lxc.payload.gha-fleet_worker/system.slice/actions.runner.one-job.service", "lxc gha-fleet_worker"],
    ["/lxc.payload/demo", "lxc demo"],
    ["/lxc/101/ns/init.scope", "lxc 101"],
    ["/osctl/pool.tank/group.default/user.alice/ct.ct1/user-owned/lxc.payload.ct1", "lxc ct1"],
    ["/lxc.monitor.ct1", "lxc monitor ct1", { kind: "monitor", name: "ct1" }],
    ["/lxc.monitor/101", "lxc monitor 101", { kind: "monitor" }],
    [
      `/lxc.payload.c1/system.slice/docker-${A}.scope`,
      "docker (in lxc c1) fa7f0ec4fbcb",
      { id: A, inside: workload("/lxc.payload.c1") },
    ],
  ],
  "systemd-nspawn and machines": [
    [
      "/machine.slice/systemd-nspawn@jammy.service/payload/init.scope",
      "nspawn jammy",
      { kind: "container", name: "jammy" },
    ],
    ["/machine.slice/systemd-nspawn@delphix.uE0noy5.service", "nspawn delphix.uE0noy5"],
    ["/machine.slice/systemd-nspawn@web.service/supervisor", "nspawn monitor web", { kind: "monitor", name: "web" }],
    ["/machine.slice/container@g.service/payload/init.scope", "nspawn g", { unit: "container@g.service" }],
    ["/machine.slice/machine-fedora\\x2d44.scope/payload/system.slice/sshd.service", "nspawn fedora-44"],
    [
      "/system.slice/rm0008-test-r11.service/payload/init.scope",
      "nspawn rm0008-test-r11",
      { kind: "container", unit: "rm0008-test-r11.service" },
    ],
    // systemd-nspawn 252 --keep-unit, started from the root cgroup, from a session, and from a service.
    ["/payload", "nspawn", { kind: "container", cgroup: "/payload", borneOut: "yes" }],
    ["/payload/system.slice/ssh.service", "nspawn", { kind: "container", cgroup: "/payload" }],
    ["/payload/user.slice/user-1000.slice/session-3.scope", "nspawn", { kind: "container" }],
    ["/supervisor", "nspawn monitor", { kind: "monitor" }],
    [
      "/user.slice/user-1000.slice/session-3.scope/payload/init.scope",
      "nspawn of uid 1000 session-3.scope",
      { kind: "container", unit: "session-3.scope", borneOut: "no" },
    ],
    [
      "/machine.slice/machine-qemu\\x2d3\\x2dweb\\x2d01.scope/libvirt/emulator",
      "qemu web-01",
      { kind: "vm", name: "web-01" },
    ],
    [
      "/machine.slice/machine-qemu\\x2d1\\x2dinstance\\x2d0000001d.scope/emulator",
      "qemu instance-0000001d",
      { kind: "vm" },
    ],
    ["/machine.slice/machine-lxc\\x2d12345\\x2dweb.scope", "libvirt-lxc web", { kind: "container" }],
    ["/machine.slice/systemd-vmspawn@arch.service", "vmspawn arch", { kind: "vm" }],
    ["/qemu.slice/101.scope", "qemu 101", { kind: "vm" }],
  ],
  "systemd units": [
    [
      "/system.slice/nginx.service",
      "service nginx.service",
      { kind: "service", unit: "nginx.service", engine: "systemd" },
    ],
    ["/system.slice/system-getty.slice/getty@tty1.service", "service getty@tty1.service"],
    ["/system.slice/foo.service/worker", "service foo.service", { cgroup: "/system.slice/foo.service" }],
    [
      "/user.slice/user-1000.slice/session-3.scope",
      "session 3",
      { kind: "session", user: 1000, unit: "session-3.scope" },
    ],
    ["/user.slice/user-42.slice/session-c1.scope", "session c1", { user: 42 }],
    [`${MANAGER}/init.scope`, "scope of uid 1000 init", { kind: "scope", user: 1000 }],
    [
      `${MANAGER}/session.slice/org.gnome.Shell@wayland.service`,
      "service of uid 1000 org.gnome.Shell@wayland.service",
      { user: 1000 },
    ],
    [
      `${MANAGER}/app.slice/app-gnome-firefox-3830.scope`,
      "scope of uid 1000 firefox",
      { unit: "app-gnome-firefox-3830.scope" },
    ],
    [`${MANAGER}/app.slice/app-gnome-at\\x2dspi\\x2ddbus\\x2dbus-717.scope`, "scope of uid 1000 at-spi-dbus-bus"],
    [`${MANAGER}/app.slice/app-org.kde.konsole-1234.scope`, "scope of uid 1000 org.kde.konsole"],
    [`${MANAGER}/app.slice/app-org.kde.kate@5f2b9c0e.service`, "service of uid 1000 org.kde.kate", { user: 1000 }],
    [
      `${MANAGER}/app.slice/app-org.gnome.Terminal.slice/vte-spawn-2c4a7f5e-3b1d-4e8a-9f6c-0d1e2f3a4b5c.scope`,
      "scope of uid 1000 vte-spawn-2c4a7f5e-3b1d-4e8a-9f6c-0d1e2f3a4b5c",
    ],
    ["/init.scope", "scope init", { kind: "scope" }],
    [
      "/../../system.slice/cron.service (deleted)",
      "service cron.service",
      { cgroup: "/../../system.slice/cron.service" },
    ],
  ],
  Flatpak: [
    [
      `${MANAGER}/app.slice/app-flatpak-org.mozilla.firefox-2891.scope`,
      "flatpak of uid 1000 org.mozilla.firefox",
      { kind: "app", user: 1000 },
    ],
    [`${MANAGER}/app.slice/app-flatpak-com.valvesoftware.Steam.scope`, "flatpak of uid 1000 com.valvesoftware.Steam"],
    [`${MANAGER}/flatpak-org.gnome.Maps-30275.scope`, "flatpak of uid 1000 org.gnome.Maps"],
  ],
  Snap: [
    [
      `${MANAGER}/app.slice/snap.firefox.firefox-3dcfaa86-bf58-4d3e-a7c6-4e34dfdb050f.scope`,
      "snap of uid 1000 firefox",
      { kind: "app", user: 1000 },
    ],
    [
      `${MANAGER}/app.slice/snap.firefox.firefox.41ac7adc-efbd-4c47-bccb-06711efb7a2e.scope`,
      "snap of uid 1000 firefox",
    ],
    [
      `${MANAGER}/app.slice/snap.code-insiders.code-insiders-9f8a1c2e-3b4d-4e5f-8a9b-0c1d2e3f4a5b.scope`,
      "snap of uid 1000 code-insiders",
    ],
    ["/system.slice/snap.lxd.daemon.service", "snap lxd", { unit: "snap.lxd.daemon.service" }],
    ["/system.slice/snap.lxd.hook.configure-e7f8d3a7-5c3b-4e1a-8f4e-0a1b2c3d4e5f.scope", "snap lxd"],
    ["/snap.sharex", "snap sharex"],
  ],
  "an engine that is not known": [
    [`/${A}`, "container fa7f0ec4fbcb", { kind: "container", engine: "container", id: A }],
    [`/ecs/test-ecs-classic/5a0d5ceddf6c44c1928d367a815d890f/${A}`, "container fa7f0ec4fbcb"],
    [`/actions_job/${A}`, "container fa7f0ec4fbcb"],
  ],
};

function workload(path: string): Workload {
  const found = workloadOfCgroup(path);
  if (found === undefined) throw new Error(`${path} names no workload`);
  return found;
}

describe.each(Object.entries(CASES))("%s", (_engine, cases) => {
  test.each(cases.map(([path, words, fields = {}]) => ({ path, words, fields })))(
    "$path",
    ({ path, words, fields }) => {
      const found = workload(path);
      expect(describeWorkload(found)).toBe(words);
      expect(found).toMatchObject(fields);
    },
  );
});

test("every rule has a path that it alone explains", () => {
  const paths = Object.values(CASES).flatMap((cases) => cases.map(([path]) => path));
  const unused = CGROUP_RULES.filter((rule) =>
    paths.every((path) => {
      const segments = path.replace(/ \(deleted\)$/, "").split("/");
      return !segments.some((segment, i) => {
        const first = CGROUP_RULES.find(
          (one) =>
            one.segment.test(segment) &&
            (one.parent === undefined || one.parent.test(segments[i - 1] ?? "")) &&
            (one.depth === undefined || one.depth === i),
        );
        return first === rule;
      });
    }),
  );
  expect(unused.map(({ engine, segment }) => `${engine} ${segment}`)).toEqual([]);
});

test.each([
  "",
  "/",
  "/..",
  "/../..",
  "/user.slice/user-1000.slice",
  "/system.slice",
  "/kubepods.slice/kubepods-burstable.slice",
  "/process_api/fc28b8e6324560884db0154572d61cbb",
  "/machine.slice",
  "/myrunc",
  "/default",
  "/web/default/ctr1",
  "/../default/ctr1",
  "/default/some.slice",
  "/web/payload",
  "/../payload",
])("%j names no workload", (path) => {
  expect(workloadOfCgroup(path)).toBeUndefined();
});

test.each([
  [`/system.slice/docker-${A.slice(1)}.scope`, "scope"],
  [`/system.slice/docker-${A.toUpperCase()}.scope`, "scope"],
  [`/kubepods/burstable/pod${POD}x/nothing.service`, "service"],
  [`/system.slice/docker-${A}.scope.service`, "service"],
])("%s only looks like a container", (path, kind) => {
  expect(workload(path).kind).toBe(kind);
});

describe("hostile names", () => {
  test.each([
    "/lxc.payload.\u001b[31mred",
    "/lxc.payload.line\nbreak",
    "/lxc.payload.\udcff\udc28",
    "/lxc.payload.__proto__",
    "/system.slice/a b\\x0ac.service",
    "/system.slice/bad\\xff.service",
  ])("%j is given back as it is", (path) => {
    const { name = "" } = workload(path);
    expect(name).not.toBe("");
    expect(Object.getPrototypeOf(workload(path))).toBe(Object.prototype);
  });

  test("a name of the kernel's greatest length takes no time", () => {
    const hard = [
      "-".repeat(4000),
      "a-".repeat(2000),
      "-1".repeat(2000),
      "\\x2d".repeat(1000),
      "kubepods-".repeat(440),
      ".".repeat(4000),
    ];
    const start = performance.now();
    for (const prefix of ["app-", "app-flatpak-", "snap.", "machine-", "kubepods-pod", ""])
      for (const name of hard) workloadOfCgroup(`/${prefix}${name}`);
    expect(performance.now() - start).toBeLessThan(1000);
  });

  test("workloads inside one another have an end", () => {
    let depth = 0;
    for (let at: Workload | undefined = workload("/lxc/a".repeat(600)); at !== undefined; at = at.inside) depth++;
    expect(depth).toBeGreaterThan(1);
    expect(depth).toBeLessThan(16);
  });

  test("what is longer than any path is not looked at", () => {
    expect(workloadOfCgroup("/lxc/a".repeat(1000))).toBeUndefined();
  });
});
