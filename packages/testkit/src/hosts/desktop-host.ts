import type { Membership, NamespaceGraph } from "@ns-graph/graph";
import { containerId, type HostBuilder } from "./host-builder.js";
import { beginPlainHost } from "./plain-host.js";

const UID = 1000;
const SLICE = "/user.slice/user-1000.slice/user@1000.service";
const APPS = `${SLICE}/app.slice`;
const OWN_MAP = { uidMap: [[UID, UID, 1]], gidMap: [[UID, UID, 1]], setgroups: "deny" } as const;
const ROOT_MAP = {
  uidMap: [
    [0, UID, 1],
    [1, 100000, 65536],
  ],
  gidMap: [
    [0, UID, 1],
    [1, 100000, 65536],
  ],
  setgroups: "allow",
} as const;

/** A workstation: two browsers that sandbox their processes, Flatpak and Snap applications, and containers without root. */
export function desktopHost(): NamespaceGraph {
  const host = beginPlainHost({
    hostname: "desk",
    users: {
      names: { "0": "root", "1000": "alice", "65534": "nobody" },
      subuids: [{ owner: "alice", start: 100000, count: 65536 }],
    },
  });
  const manager = host.process({ comm: "systemd", uid: UID, cgroup: `${SLICE}/init.scope` });
  const session = (comm: string, namespaces: Membership = {}) =>
    host.process({ ppid: manager, comm, uid: UID, cgroup: `${SLICE}/session.slice/${comm}.service`, in: namespaces });
  for (const comm of [
    "gnome-shell",
    "pipewire",
    "wireplumber",
    "pipewire-pulse",
    "xdg-desktop-por",
    "gvfsd",
    "Xwayland",
  ])
    session(comm);
  addFirefox(host, manager);
  addChromium(host, manager);
  addFlatpak(host, manager, "org.gnome.Maps");
  addFlatpak(host, manager, "com.spotify.Client");
  addSnap(host, manager);
  addPodman(host, manager);
  return host.build();
}

function addFirefox(host: HostBuilder, manager: number): void {
  const cgroup = `${APPS}/app-firefox.scope`;
  const main = host.process({
    ppid: manager,
    comm: "firefox",
    uid: UID,
    cgroup,
    commandLine: "/usr/lib/firefox/firefox",
  });
  host.process({ ppid: main, comm: "Socket Process", uid: UID, cgroup });
  for (let i = 0; i < 8; i++) {
    // Each content process is put into namespaces of its own, and maps its own uid alone.
    const inside = host.unshare(["user", "net", "ipc"], host.initial, { ownerUid: UID, ...OWN_MAP });
    const comm = i < 6 ? "Isolated Web Co" : i === 6 ? "WebExtensions" : "Privileged Cont";
    host.process({ ppid: main, comm, uid: UID, cgroup, program: "/usr/lib/firefox/firefox", in: inside });
  }
}

function addChromium(host: HostBuilder, manager: number): void {
  const cgroup = `${APPS}/app-chromium.scope`;
  const main = host.process({
    ppid: manager,
    comm: "chromium",
    uid: UID,
    cgroup,
    commandLine: "/usr/lib/chromium/chromium",
  });
  const zygote = host.unshare(["user", "pid", "net"], host.initial, { ownerUid: UID, ...OWN_MAP });
  const outer = host.process({
    ppid: main,
    comm: "chromium",
    uid: UID,
    cgroup,
    program: "/usr/lib/chromium/chromium",
    in: zygote,
    commandLine: "chromium --type=zygote",
  });
  for (let i = 0; i < 12; i++) {
    const renderer = host.unshare(["user"], zygote, { ownerUid: UID, ...OWN_MAP });
    host.process({
      ppid: outer,
      comm: "chromium",
      uid: UID,
      cgroup,
      program: "/usr/lib/chromium/chromium",
      in: renderer,
      commandLine: "chromium --type=renderer",
    });
  }
  const network = host.unshare(["user", "pid"], zygote, { ownerUid: UID, ...OWN_MAP });
  host.process({ ppid: outer, comm: "chromium", uid: UID, cgroup, program: "/usr/lib/chromium/chromium", in: network });
}

function addFlatpak(host: HostBuilder, manager: number, application: string): void {
  const cgroup = `${APPS}/app-flatpak-${application}.scope`;
  const first = host.unshare(["user", "mnt"], host.initial, { ownerUid: UID, ...OWN_MAP });
  const inside = host.unshare(["user", "mnt", "pid", "ipc"], first, { ownerUid: UID, ...OWN_MAP });
  const bwrap = host.process({ ppid: manager, comm: "bwrap", uid: UID, cgroup, program: "/usr/bin/bwrap", in: first });
  const init = host.process({ ppid: bwrap, comm: "bwrap", uid: UID, cgroup, program: "/usr/bin/bwrap", in: inside });
  host.process({
    ppid: init,
    comm: application.split(".").at(-1)?.toLowerCase() ?? "app",
    uid: UID,
    cgroup,
    in: inside,
  });
  const proxy = host.unshare(["user", "mnt"], host.initial, { ownerUid: UID, ...OWN_MAP });
  host.process({ ppid: manager, comm: "xdg-dbus-proxy", uid: UID, cgroup, in: proxy });
}

function addSnap(host: HostBuilder, manager: number): void {
  // snapd keeps the mount namespace of an application that does not run.
  for (const name of ["firmware-updater", "snapd-desktop-integration", "thunderbird"]) {
    const namespace = host.namespace("mnt");
    const mountNamespace = host.initial.mnt ?? "";
    host.pin({ kind: "mount", namespace, path: `/run/snapd/ns/${name}.mnt`, mountNamespace });
    if (name === "thunderbird") {
      host.process({
        ppid: manager,
        comm: "thunderbird",
        uid: UID,
        cgroup: `${APPS}/snap.thunderbird.scope`,
        in: { mnt: namespace },
      });
    }
  }
}

function addPodman(host: HostBuilder, manager: number): void {
  const pause = host.unshare(["user", "mnt"], host.initial, { ownerUid: UID, ...ROOT_MAP });
  const cgroup = `${SLICE}/user.slice/podman-pause.scope`;
  const catatonit = host.process({ ppid: manager, comm: "catatonit", uid: UID, cgroup, in: pause });
  const names = host.unshare(["net"], pause);
  host.pin({
    kind: "mount",
    namespace: names.net ?? "",
    path: "/run/user/1000/netns/netns-0a6b1c7e-4d3f-1b7e-9a55-3f2f6d8a9c10",
    mountNamespace: pause.mnt ?? "",
  });
  host.process({
    ppid: manager,
    comm: "pasta.avx2",
    uid: UID,
    cgroup,
    in: host.unshare(["user", "mnt"], host.initial, { ownerUid: UID, ...OWN_MAP }),
  });
  for (const [i, comm] of ["postgres", "redis-server"].entries()) {
    const container = host.unshare(["mnt", "pid", "uts", "ipc", "cgroup"], names);
    const id = containerId(i);
    const scope = `${SLICE}/user.slice/libpod-${id}.scope/container`;
    const monitor = `${SLICE}/user.slice/libpod-conmon-${id}.scope`;
    const conmon = host.process({ ppid: manager, comm: "conmon", uid: UID, cgroup: monitor });
    const pid = host.process({ ppid: conmon, comm, uid: 100998, cgroup: scope, in: container });
    for (let i = 0; comm === "postgres" && i < 5; i++)
      host.process({ ppid: pid, comm, uid: 100998, cgroup: scope, in: container });
  }
  host.pin({ kind: "fd", namespace: pause.user ?? "", pid: catatonit, fd: 7 });
}
