import { linkedId, parseNamespaceId } from "@ns-graph/graph";
import {
  type ListedNamespace,
  lsns,
  makeKeeper,
  nestPidNamespaces,
  nestUserNamespaces,
  requireNamespaces,
  requireProgram,
  startContained,
  startContainer,
  unshareUserAndPid,
} from "@ns-graph/testkit";
import { checkDescriptors } from "@ns-graph/testkit/contract";
import { expect, test } from "vitest";
import { scan } from "./scan.js";

checkDescriptors();

const inode = (id: string | undefined) => (id === undefined ? undefined : parseNamespaceId(id)?.ino);

test("everything that lsns lists is found, with the same type, members, parent and owner", async (context) => {
  requireNamespaces(context, "user", "pid", "mnt", "net", "uts", "ipc", "cgroup");
  requireProgram(context, "lsns");
  await using keeper = await makeKeeper();
  const made = [
    await startContainer(keeper),
    await unshareUserAndPid(keeper),
    await startContained(keeper, ["net", "uts", "ipc", "cgroup"]),
  ].flatMap(({ namespaces }) => Object.values(namespaces));
  const users = await nestUserNamespaces(keeper, { depth: 3, uid: 65534 });
  const pids = await nestPidNamespaces(keeper, { depth: 3 });
  // Other processes of the machine come and go: what lsns says before and after alike was so meanwhile.
  const before = lsns();
  const graph = await scan();
  const after = lsns();
  const steady = [...before.values()].filter((row) => isSame(row, after.get(row.ino))).map(withoutLargeCount);
  const expected = [...made, ...pids.levels, ...users.levels.slice(-1)].map(({ ino }) => ino);
  expect(steady.map(({ ino }) => ino)).toEqual(expect.arrayContaining(expected));
  const byInode = new Map(graph.namespaces().map((namespace) => [namespace.ino, namespace]));
  const said = steady.map(({ ino }): ListedNamespace | undefined => {
    const namespace = byInode.get(ino);
    if (namespace === undefined) return undefined;
    const { id, type, parent, owner } = namespace;
    const processes = graph.memberCount(id);
    return withoutLargeCount({ ino, type, processes, parent: inode(linkedId(parent)), owner: inode(linkedId(owner)) });
  });
  expect(said).toEqual(steady);
});

function isSame(a: ListedNamespace, b: ListedNamespace | undefined): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

/** Of many processes one may end and another begin between two looks, and the count is the same again. */
function withoutLargeCount(row: ListedNamespace): ListedNamespace {
  return { ...row, processes: Math.min(row.processes, 10) };
}
