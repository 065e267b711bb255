import { HostBuilder } from "@ns-graph/testkit";
import fc from "fast-check";
import { expect, test } from "vitest";
import { draw } from "./draw.js";

/** What is said of who holds two network namespaces: one in which something has a descriptor, and one that is mounted for another process. */
function holders(pid: number, comm: string, columns: number): string {
  const host = new HostBuilder();
  host.process({ pid: 1, ppid: 0, comm: "init" });
  const inside = host.unshare(["mnt"]);
  host.process({ pid, comm, in: inside });
  const [held, mounted] = [host.namespace("net"), host.namespace("net")];
  host.pin({ kind: "file", namespace: held, pid, fd: 4, of: "tun" });
  host.pin({
    kind: "mount",
    namespace: mounted,
    path: `/run/user/1000/${"x".repeat(40)}/net`,
    mountNamespace: inside.mnt ?? "",
  });
  const [summary = ""] = draw(host.build(), { columns }).split("\n\n");
  return summary.slice(summary.indexOf("without a process"));
}

test("however narrow a terminal is, a holder is named by its whole PID and its command", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 100, max: 4_194_304 }),
      fc.stringMatching(/^[a-z]{3,8}$/),
      fc.integer({ min: 40, max: 120 }),
      (pid, comm, columns) => {
        const said = holders(pid, comm, columns);
        expect(said).toContain(`(fd 4 (tun) of ${pid} ${comm})`);
        expect(said).toMatch(new RegExp(`\\(…?[^ ]*/net of ${pid} ${comm.slice(0, 5)}`));
        for (const line of said.split("\n")) expect(line.length).toBeLessThanOrEqual(columns);
      },
    ),
  );
});
