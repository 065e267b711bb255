import { linkedId, parseNamespaceId } from "@ns-graph/graph";
import {
  type ListedNamespace,
  lsns,
  makeKeeper,
  namespaceOf,
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
  const expected = [...made, ...pids.levels, ...users.levels.slice(-1)].map(({ ino }) => ino);
  // What most processes are in: with its count, whoever leaves one out is found out.
  const shared = namespaceOf("self", "user").ino;
  let comparison: Comparison = { listed: [], said: [] };
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    comparison = await compare();
    const inodes = new Set(comparison.listed.map(({ ino }) => ino));
    if ([...expected, shared].every((ino) => inodes.has(ino)) && isSame(comparison.listed, comparison.said)) break;
  }
  expect(comparison.said).toEqual(comparison.listed);
  expect(comparison.listed.map(({ ino }) => ino)).toEqual(expect.arrayContaining([...expected, shared]));
});

/** So often is it tried until no process of the machine has come or gone meanwhile. */
const ATTEMPTS = 50;

interface Comparison {
  /** What lsns said before and after the scan alike. */
  readonly listed: readonly ListedNamespace[];
  /** What the scan says of these. */
  readonly said: readonly (ListedNamespace | undefined)[];
}

async function compare(): Promise<Comparison> {
  const before = lsns();
  const graph = await scan({ facts: [] });
  const after = lsns();
  const listed = [...before.values()].filter((row) => isSame(row, after.get(row.ino)));
  const byInode = new Map(graph.namespaces().map((namespace) => [namespace.ino, namespace]));
  const said = listed.map(({ ino }): ListedNamespace | undefined => {
    const namespace = byInode.get(ino);
    if (namespace === undefined) return undefined;
    const { id, type, parent, owner } = namespace;
    const processes = graph.memberCount(id);
    return { ino, type, processes, parent: inode(linkedId(parent)), owner: inode(linkedId(owner)) };
  });
  return { listed, said };
}

function isSame(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
