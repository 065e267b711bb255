import { assembleGraph, type NamespaceGraph, parseSubject, selectSubject } from "@ns-graph/graph";
import { desktopHost, HostBuilder, kubernetesHost } from "@ns-graph/testkit";
import { describe, expect, test } from "vitest";
import { draw } from "./draw.js";

const host = kubernetesHost();

function show(word: string, columns = 80, graph: NamespaceGraph = host): string {
  return draw(selectSubject(graph, parseSubject(graph, word)), { columns });
}

describe("a workload", () => {
  test("has a line for each type: its own, shared with whom, or the machine's", () => {
    expect(show("3c6ef3623c6e")).toBe(`pod 1f3a9c00 3c6ef3623c6e  5 processes, led by 323 nginx
  pod         1f3a9c00
  namespaces  cgroup  cgroup:[4026532193]  its own
              ipc     ipc:[4026532186]     shared with pod 1f3a9c00 9e3779b19e37
              mnt     mnt:[4026532191]     its own
              net     net:[4026532185]     shared with pod 1f3a9c00 9e3779b19e37
              pid     pid:[4026532192]     its own · init 323
              time    the machine's
              user    the machine's
              uts     uts:[4026532187]     shared with pod 1f3a9c00 9e3779b19e37
  held by     net:[4026532185]     mount
                /run/netns/cni-2b7d51e0-6c1d-4f0a-b3e2-1d9f7a5c8e40 in
                mnt:[4026531832] (yours)
  cgroup      /kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod1f3
                a9c00_5b1e_4c2f_9d77_8a04f2e6b300.slice/cri-containerd-3c6ef3623
                c6ef3623c6ef3623c6ef3623c6ef3623c6ef3623c6ef3623c6ef362.scope
  processes   323 nginx
              324 nginx
              325 nginx
              326 nginx
              327 nginx
  enter with  nsenter --target 323 --cgroup --ipc --mount --net --pid --uts \\
                PROGRAM/
              Programs inside are not to be trusted: the one that you put in
                place of PROGRAM/ is looked up there, and runs as you.
`);
  });

  test("says of a type that the kernel lacks that it has none, of a process too", () => {
    const without = <T extends { readonly time?: string }>({ time: _, ...rest }: T) => rest;
    const { frame } = host;
    const graph = assembleGraph({
      frame: { ...frame, viewer: { ...frame.viewer, namespaces: without(frame.viewer.namespaces) } },
      namespaces: host.namespaces().filter(({ type }) => type !== "time"),
      processes: host.processes().map((process) => ({ ...process, namespaces: without(process.namespaces) })),
      pins: host.pins(),
      problems: host.problems(),
    });
    for (const word of ["3c6ef3623c6e", "323"]) {
      const shown = show(word, 80, graph);
      expect(shown).toMatch(/^ {14}time +this kernel has none$/m);
      expect(shown).not.toContain("not known");
    }
  });

  test("that is several is made of these, and shares with none of them", () => {
    const shown = show("pod 1f3b36ab");
    expect(shown).toContain("  made of     pod 1f3b36ab 56e27d5956e2  1 process\n");
    expect(shown).toContain("              net     net:[4026532233]     its own\n");
    expect(shown).toContain("              mnt     mnt:[4026532236]     its own · 1 of 3 processes\n");
    expect(shown).not.toContain("shared with");
  });

  test("is held by what is below its namespaces, but for what only those hold that it shares them with", () => {
    const desktop = desktopHost();
    const word = "podman of alice 3c6ef3623c6e";
    expect(show(word, 80, desktop)).not.toContain("below it");
    const uts = desktop.members("4:4026532245").flatMap(({ namespaces }) => namespaces.uts ?? []);
    const [other = ""] = uts.filter((id) => desktop.namespace(id)?.initial === false && id !== "4:4026532257");
    const held = assembleGraph({
      frame: desktop.frame,
      namespaces: desktop.namespaces(),
      processes: desktop.processes(),
      pins: [...desktop.pins(), { kind: "fd", namespace: other, pid: 1, fd: 9 }],
      problems: desktop.problems(),
    });
    expect(show(word, 80, held)).toContain(
      `              user:[4026532245]    uts:[4026532252] below it, held by 6
                processes and 1 open descriptor
`,
    );
  });

  test("is entered where it is elsewhere, be the one that leads it where you are", () => {
    const shown = show("scope of alice app-firefox", 80, desktopHost());
    expect(shown).toMatch(/ {2}enter with {2}nsenter --target \d+ /);
    expect(shown).not.toContain("No need to enter");
    expect(show("ssh.service", 80, desktopHost())).toContain(
      "  enter       No need to enter: you are in all of them.\n",
    );
  });

  test("with a zombie is wholly where all others are", () => {
    const builder = new HostBuilder();
    builder.process({ pid: 1, ppid: 0, comm: "init" });
    builder.process({ pid: 2, ppid: 1, comm: "left", state: "Z" });
    const shown = show("the machine", 80, builder.build());
    expect(shown).toContain("the machine  2 processes");
    expect(shown).not.toContain("1 of 2");
  });

  test("that is the machine has nothing of its own", () => {
    const shown = show("the machine");
    expect(shown.match(/the machine's$/gm)).toHaveLength(8);
    expect(shown).toContain("No need to enter: you are in all of them.");
  });

  test.each([40, 80, 200])("fits into %i columns", (columns) => {
    for (const word of ["3c6e", "pod 1f3b36ab", "polkit.service", "the machine"])
      for (const line of show(word, columns).split("\n")) expect(line.length).toBeLessThanOrEqual(columns);
  });

  test.each([
    [40, 4],
    [62, 14],
  ])("has nothing below its types in %i columns", (columns, indent) => {
    const [, said = ""] = /\n {2}namespaces\s(.*?)\n {2}held by/s.exec(show("pod 1f3b36ab", columns)) ?? [];
    const [, ...lines] = said.split("\n").map((line) => line.slice(indent));
    expect(lines.filter((line) => line.startsWith(" ")).length).toBeGreaterThan(3);
    for (const line of lines) expect(line).toMatch(/^(?:[a-z]{3,6} | {8})/);
  });
});

test("a process says of what it is, and who else is in what it is in", () => {
  const shown = show("324");
  expect(shown).toContain("  workloads   pod 1f3a9c00 3c6ef3623c6e\n              pod 1f3a9c00\n");
  const said = shown.replaceAll(/\s+/g, " ");
  expect(said).toContain(
    "mnt:[4026532191] not initial · shared with its parent · also in it: 4 more of its workload net:",
  );
  expect(said).toContain("also in it: 4 more of its workload and 1 of pod 1f3a9c00 9e3779b19e37 pid:");
});

test("a namespace says whose processes are in it", () => {
  expect(show("net:[4026532185]")).toContain(
    "  workloads   pod 1f3a9c00 9e3779b19e37  1 process\n              pod 1f3a9c00 3c6ef3623c6e  5 processes\n",
  );
  expect(show("mnt:[4026532191]")).toContain("  workload    pod 1f3a9c00 3c6ef3623c6e  5 processes\n");
});
