import { describe, expect, test } from "vitest";
import type { Process } from "../model/process.js";
import { mayMonitor, sayingOf } from "./monitors.js";

const ID = "eeb79e958140b593763782745955c56b0ca2fea06ebbf402c62c928fd6c90dcf";
const HOME = "/home/anna/.local/share/containers/storage/vfs-containers";

/** As /proc has them, cut where nothing is taken from. */
const CONMON = `/usr/bin/conmon --api-version 1 -c ${ID} -u ${ID} -r /usr/bin/runc -b ${HOME}/${ID}/userdata -p /run/user/1000/containers/vfs-containers/${ID}/userdata/pidfile -n web --exit-dir /run/user/1000/libpod/tmp/exits --full-attach -l k8s-file:${HOME}/${ID}/userdata/ctr.log --log-level warning --exit-command /usr/bin/podman --exit-command-arg container --exit-command-arg cleanup --exit-command-arg ${ID}`;
const CRIO = `/usr/libexec/crio/conmon -b /run/containers/storage/overlay-containers/${ID}/userdata -c ${ID} --exit-dir /var/run/crio/exits -l /var/log/pods/x.log --log-level info -n k8s_POD_web_default_ccf19bc6_0 -P /run/pidfile -r /usr/bin/runc -u ${ID} -s`;

const CASES: readonly [from: string, comm: string, program: string, commandLine: string, said: object][] = [
  ["Podman 4.3.1, conmon 2.1.6", "conmon", "/usr/bin/conmon", CONMON, { engine: "podman", id: ID, name: "web" }],
  ["CRI-O 1.24", "conmon", "/usr/libexec/crio/conmon", CRIO, { engine: "cri-o", id: ID }],
  [
    "containerd 1.6.20",
    "containerd-shim",
    "/usr/bin/containerd-shim-runc-v2",
    "/usr/bin/containerd-shim-runc-v2 -namespace my.ns -id web_2 -address /run/containerd/containerd.sock",
    { engine: "containerd", id: "web_2" },
  ],
  [
    "Docker 20.10",
    "containerd-shim",
    "/usr/bin/containerd-shim-runc-v2",
    `/usr/bin/containerd-shim-runc-v2 -namespace moby -id ${ID} -address /run/containerd/containerd.sock`,
    { engine: "docker", id: ID },
  ],
  [
    "Kata Containers 2",
    "containerd-shim",
    "/opt/kata/bin/containerd-shim-kata-v2",
    "/opt/kata/bin/containerd-shim-kata-v2 -namespace default -address /run/containerd/containerd.sock -publish-binary /usr/bin/containerd -id hello",
    { engine: "kata", id: "hello" },
  ],
  [
    "systemd-nspawn 252",
    "systemd-nspawn",
    "/usr/bin/systemd-nspawn",
    "systemd-nspawn --quiet --register=no --keep-unit -D /srv/root --private-network -M web /bin/sleep 60",
    { engine: "nspawn", name: "web" },
  ],
  [
    "systemd-nspawn@.service of systemd 252",
    "systemd-nspawn",
    "/usr/bin/systemd-nspawn",
    "systemd-nspawn --quiet --keep-unit --boot --link-journal=try-guest --network-veth -U --settings=override --machine=web",
    { engine: "nspawn", name: "web" },
  ],
  ["LXC 5.0.2", "lxc-start", "/usr/bin/lxc-start", "[lxc monitor] /var/lib/lxc c1", { engine: "lxc", name: "c1" }],
];

const monitor = (comm: string, path: string, commandLine: string, more: Partial<Process> = {}): Process => ({
  ...{ pid: 9, namespaces: {}, uid: 0, comm, commandLine, executable: { path, borneOut: "yes" } },
  ...more,
});

describe("a monitor says of which container it is:", () => {
  test.each(CASES)("%s", (_from, comm, program, commandLine, said) => {
    expect(mayMonitor({ comm })).toBe(true);
    expect(sayingOf(monitor(comm, program, commandLine))?.of).toEqual({ borneOut: "yes", ...said });
  });
});

describe("it is believed", () => {
  test("for whom it runs", () => {
    const of = (more: Partial<Process>) => sayingOf(monitor("conmon", "/usr/bin/conmon", CONMON, more))?.of;
    expect(of({ uid: 1000 })).toMatchObject({ user: 1000, borneOut: "no" });
    const { uid: _uid, ...process } = monitor("conmon", "/usr/bin/conmon", CONMON);
    expect(sayingOf(process)?.of).toMatchObject({ borneOut: "unknown" });
  });

  test.each<[why: string, executable: Process["executable"]]>([
    ["nobody looked at its program", undefined],
    ["its program could not be looked at", { borneOut: "unknown" }],
    ["it is another file of that name", { path: "/tmp/conmon", borneOut: "no" }],
    ["it is another program", { path: "/usr/bin/perl", borneOut: "yes" }],
  ])("not where %s", (_why, executable) => {
    const { executable: _executable, ...process } = monitor("conmon", "/usr/bin/conmon", CONMON);
    expect(sayingOf(executable === undefined ? process : { ...process, executable })).toBeUndefined();
  });

  test("not where it says nothing of any", () => {
    expect(sayingOf(monitor("conmon", "/usr/bin/conmon", "conmon --version"))).toBeUndefined();
    expect(sayingOf(monitor("systemd-nspawn", "/usr/bin/systemd-nspawn", "systemd-nspawn -D /srv"))).toBeUndefined();
    expect(mayMonitor({ comm: "sleep" })).toBe(false);
    expect(mayMonitor({})).toBe(false);
  });
});
