import { describe, expect, test } from "vitest";
import type { Executable, Process } from "../model/process.js";
import { describeSandbox } from "../words/group-title.js";
import { mayLeadSandbox, mayNameSandbox, sandboxOf } from "./sandboxes.js";

function words(process: Partial<Process>): string | undefined {
  const leader: Process = { pid: 9, namespaces: {}, ...process };
  const sandbox = sandboxOf(leader, () => true);
  return sandbox && describeSandbox(sandbox, leader);
}

const at = (path: string, borneOut: Executable["borneOut"] = "yes"): Executable => ({ path, borneOut });

describe("a sandbox is called by its engine's name where its executable bears that out:", () => {
  test.each<[comm: string, path: string, engine: string]>([
    ["bwrap", "/usr/bin/bwrap", "bubblewrap"],
    ["bwrap", "/usr/libexec/flatpak-bwrap", "bubblewrap"],
    ["firejail", "/usr/bin/firejail", "firejail"],
    ["chrome", "/opt/google/chrome/chrome", "chromium"],
    ["chromium", "/usr/lib/chromium/chromium", "chromium"],
    ["Web Content", "/usr/lib/firefox-esr/firefox-esr", "firefox"],
  ])("%s at %s is %s", (comm, path, engine) => {
    expect(words({ comm, executable: at(path) })).toBe(engine);
  });
});

describe("it calls itself so where", () => {
  test.each<[why: string, process: Partial<Process>, words: string]>([
    ["nobody looked", { comm: "bwrap" }, "calls itself bwrap"],
    ["it could not be looked at", { comm: "bwrap", executable: { borneOut: "unknown" } }, "calls itself bwrap"],
    ["it is another file of that name", { comm: "bwrap", executable: at("/tmp/bwrap", "no") }, "calls itself bwrap"],
    ["it is another program of the machine", { comm: "bwrap", executable: at("/usr/bin/perl") }, "calls itself bwrap"],
    ["it is another sandbox", { comm: "firejail", executable: at("/usr/bin/bwrap") }, "calls itself firejail"],
    ["only its folder has the name", { comm: "bwrap", executable: at("/usr/bwrap/sh") }, "calls itself bwrap"],
    [
      "its command line alone says so",
      { comm: "perl", commandLine: "perl --type=renderer", executable: at("/usr/bin/perl") },
      "calls itself chromium",
    ],
    ["its name says so of a part", { comm: "Web Content", executable: at("/usr/bin/perl") }, "calls itself firefox"],
  ])("%s", (_why, process, expected) => {
    expect(words(process)).toBe(expected);
  });
});

const served = (process: Partial<Process>): unknown => {
  const { engine, name, serves } = sandboxOf({ pid: 9, namespaces: {}, ...process }, () => true) ?? {};
  return [engine, name ?? serves];
};
const POD = "40be32e837bb5c85074f4baabf7b156a7d9714bc7feedd5a00bc06cd935ab64e";
const TASK = `/run/containerd/io.containerd.runtime.v2.task/k8s.io/${POD}`;

describe("a command line says what a sandbox is called, or whom it serves:", () => {
  test.each<[from: string, comm: string, commandLine: string, engine: string, said: string | undefined]>([
    ["firejail 0.9.72", "firejail", "firejail --noprofile --quiet --name=myjail sleep 60", "firejail", "myjail"],
    ["firejail 0.9.72", "firejail", "firejail --noprofile --quiet sleep 60", "firejail", undefined],
    ["firejail 0.9.72", "firejail", "firejail sh -c tool --name=other", "firejail", undefined],
    ["mininet 2.3.0", "bash", "bash --norc --noediting -is mininet:h1", "mininet", "h1"],
    ["passt 2023_03_09", "passt.avx2", "pasta --config-net -f -- sleep 3021", "pasta", "sleep 3021"],
    [
      "passt 2024, by Podman 5",
      "pasta.avx2",
      "/usr/bin/pasta --config-net --dns-forward 169.254.1.1 -t none -u none -T none -U none --no-map-gw --quiet --netns /run/user/1001/netns/netns-8af36004 --map-guest-addr 169.254.1.2",
      "pasta",
      "/run/user/1001/netns/netns-8af36004",
    ],
    ["passt 2023_03_09", "passt.avx2", "pasta --config-net 4711", "pasta", "4711"],
    ["passt 2023_03_09", "passt", "passt --socket /tmp/vm.socket", "passt", undefined],
    ["slirp4netns 1.2.0", "slirp4netns", "slirp4netns --configure --mtu=65520 24306 tap0", "slirp4netns", "24306"],
    [
      "slirp4netns 1.2.0, by Podman 4.3",
      "slirp4netns",
      "/usr/bin/slirp4netns --disable-host-loopback --mtu=65520 --enable-sandbox --enable-seccomp --enable-ipv6 -c -r 3 -e 4 --netns-type=path /run/user/1004/netns/netns-844a415e tap0",
      "slirp4netns",
      "/run/user/1004/netns/netns-844a415e",
    ],
    [
      "gVisor of December 2020, below containerd",
      "exe",
      `runsc-sandbox --root=/run/containerd/runsc/k8s.io --log=${TASK}/log.json --log-format=json --log-fd=3 boot --bundle=${TASK} --controller-fd=4 --cpu-num 2 --user-log-fd 13 ${POD}`,
      "gvisor",
      POD,
    ],
    [
      "gVisor of December 2020, below containerd",
      "exe",
      `runsc-gofer --root=/run/containerd/runsc/k8s.io --log=${TASK}/log.json --log-format=json --log-fd=3 gofer --bundle ${TASK} --spec-fd=4 --mounts-fd=5`,
      "gvisor",
      POD,
    ],
    [
      "Kata Containers 2 with QEMU",
      "qemu-system-x86",
      `/opt/kata/bin/qemu-system-x86_64 -name sandbox-${POD},debug-threads=on -uuid b3ea4564-b366-45e7-90eb-f98e3c1015e6 -machine q35,accel=kvm`,
      "kata",
      POD,
    ],
    [
      "Kata Containers 3 with Cloud Hypervisor",
      "cloud-hyperviso",
      `/opt/kata/bin/cloud-hypervisor --api-socket /run/vc/vm/${POD}/clh-api.sock`,
      "kata",
      POD,
    ],
  ])("%s: %s %s", (_from, comm, commandLine, engine, said) => {
    expect(served({ comm, commandLine })).toEqual([engine, said]);
  });

  test("of what everybody runs, root's alone is borne out", () => {
    const shell = {
      comm: "bash",
      commandLine: "bash --norc --noediting -is mininet:h1",
      executable: at("/usr/bin/bash"),
    };
    expect(words({ ...shell, uid: 0 })).toBe("mininet");
    expect(words({ ...shell, uid: 1000 })).toBe("calls itself mininet");
    expect(words(shell)).toBe("calls itself mininet");
    expect(words({ comm: "bash", commandLine: "bash", executable: at("/usr/bin/bash") })).toBeUndefined();
  });

  test("no command line takes long to look through", () => {
    const start = performance.now();
    for (const comm of ["firejail", "bash", "passt", "slirp4netns", "exe", "qemu-system-x86"])
      for (const part of [" -", " --a", " -- ", " /run/vc/vm/", "runsc-sandbox boot ", " --netns /", "\u0000 1"])
        for (const first of [comm, "runsc-sandbox", "bash --norc --noediting -is"])
          served({ comm, commandLine: `${first}${part.repeat(131_072 / part.length)}` });
    expect(performance.now() - start).toBeLessThan(2000);
  });

  test("one is worth a read of those alone whose cgroup does not tell more", () => {
    const process = { pid: 9, namespaces: {}, comm: "bash" };
    expect(mayNameSandbox(process)).toBe(true);
    expect(mayNameSandbox({ ...process, cgroup: "/user.slice/user-0.slice/session-3.scope" })).toBe(true);
    expect(mayNameSandbox({ ...process, cgroup: `/docker/${POD}` })).toBe(false);
    expect(mayNameSandbox({ ...process, comm: "bwrap" })).toBe(false);
    expect(mayNameSandbox({ ...process, comm: "sleep" })).toBe(false);
  });
});

test("conmon, and what else supervises containers, is told by no name", () => {
  for (const comm of ["conmon", "containerd-shim", "systemd-nspawn", "lxc-start", "sh"]) {
    expect(words({ comm })).toBeUndefined();
    expect(mayLeadSandbox({ comm })).toBe(false);
  }
});

test("the executable is worth a look of those alone that may lead a sandbox", () => {
  expect(mayLeadSandbox({ comm: "bwrap" })).toBe(true);
  expect(mayLeadSandbox({ comm: "code" })).toBe(false);
  expect(mayLeadSandbox({ comm: "code", commandLine: "code --type=zygote" })).toBe(true);
  expect(mayLeadSandbox({})).toBe(false);
});
