import { type NamespaceGraph, selectProcessless } from "@ns-graph/graph";
import { HostBuilder } from "@ns-graph/testkit";
import { expect, test } from "vitest";
import { drawDot } from "../src/draw-dot.js";
import { readDot } from "./read-dot.js";

/** A network namespace that is mounted in the viewer's mount namespace and in that of a sandbox. */
function mountedHost(): NamespaceGraph {
  const host = new HostBuilder();
  host.process({ pid: 1, ppid: 0, comm: "init" });
  const inside = host.unshare(["mnt"]);
  host.process({ pid: 9495, comm: "bwrap", in: inside });
  host.process({ pid: 9500, comm: "sh", in: inside });
  const blue = host.namespace("net");
  for (const mountNamespace of [host.initial.mnt ?? "", inside.mnt ?? ""])
    host.pin({ kind: "mount", namespace: blue, path: "/run/netns/blue", mountNamespace });
  return host.build();
}

test.each(["overview", "normal", "full"] as const)(
  "a tooltip says whose mount namespace a mount is in (%s)",
  (detail) => {
    for (const graph of [mountedHost(), selectProcessless(mountedHost())]) {
      const { nodes } = readDot([...drawDot(graph, { rankdir: "LR", legend: false, detail })].join(""));
      const tooltips = Array.from(nodes.values(), ({ tooltip = "" }) => tooltip).join("\n");
      const [here, elsewhere, another] = tooltips.matchAll(/mount \/run\/netns\/blue in mnt:\[\d+\](.*?)(?=\\n|\n|$)/g);
      expect([here?.[1], elsewhere?.[1], another]).toEqual(["", " of 9495 bwrap and 1 more", undefined]);
    }
  },
);
