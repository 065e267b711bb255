import { holdByDescriptor } from "../real/hold-by-descriptor.js";
import { type Held, type Keeper, waiting } from "../real/keeper.js";
import { nestUserNamespaces } from "../real/nest-namespaces.js";
import { namespaceAt, type RealNamespace } from "../real/real-namespace.js";
import { unshareInThread } from "../real/unshare-in-thread.js";

/** Some namespaces that show something. */
export interface Exhibit {
  readonly title: string;
  /** The new namespaces. */
  readonly namespaces: readonly RealNamespace[];
}

/** A way to make an exhibit. */
export interface Enclosure {
  readonly title: string;
  make(keeper: Keeper): Promise<readonly RealNamespace[]>;
}

/** Somebody other than root. */
const UID = 1000;

/** What is shown, in the order in which it is told. */
export const ENCLOSURES: readonly Enclosure[] = [
  {
    title: `user namespaces inside one another, made by uid ${UID}; only the innermost has a process`,
    make: async (keeper) => (await nestUserNamespaces(keeper, { depth: 3, uid: UID })).levels,
  },
  { title: "a pod of two: they share net, ipc and uts, and have mnt and pid for themselves", make: makePod },
  { title: "a network namespace without a process, alive by its name /run/netns/blue alone", make: makeName },
  {
    title: "a network namespace without a process or name, held by an open descriptor",
    make: async (keeper) => [(await holdByDescriptor(keeper, "red")).namespace],
  },
  {
    title: "a thread with a network and a UTS namespace that the rest of its process is not in",
    make: async (keeper) => {
      const { net, uts } = await unshareInThread(keeper);
      return [net, uts];
    },
  },
];

/** A command that waits under a name of its own. */
function waitingAs(name: string): string[] {
  return waiting('printf %s "$1" >/proc/self/comm', name);
}

async function makePod(keeper: Keeper): Promise<readonly RealNamespace[]> {
  const own = ["unshare", "--mount", "--pid", "--fork", "--mount-proc"];
  const web = await keeper.start(["unshare", "--net", "--ipc", "--uts", ...own, ...waitingAs("web")]);
  const shared = ["--net", "--ipc", "--uts"];
  const log = await keeper.start(["nsenter", "--target", `${web.pid}`, ...shared, ...own, ...waitingAs("log")]);
  const each = (held: Held) => [held.namespace("mnt"), held.namespace("pid")];
  return [web.namespace("net"), web.namespace("ipc"), web.namespace("uts"), ...each(web), ...each(log)];
}

/** The name is in a mount namespace of its own, so that the machine's /run stays as it is. */
async function makeName(keeper: Keeper): Promise<readonly RealNamespace[]> {
  const script = `
    mount -t tmpfs tmpfs /run
    mkdir /run/netns
    : >/run/netns/blue
    unshare --net=/run/netns/blue true`;
  const held = await keeper.start(["unshare", "--mount", ...waiting(script)]);
  return [namespaceAt(`/proc/${held.pid}/root/run/netns/blue`, "net"), held.namespace("mnt")];
}

/** Makes all of it. What can't be made here is left out, and told. */
export async function makeZoo(
  keeper: Keeper,
  tell: (title: string, reason: string) => void,
): Promise<readonly Exhibit[]> {
  const exhibits: Exhibit[] = [];
  for (const { title, make } of ENCLOSURES) {
    try {
      exhibits.push({ title, namespaces: await make(keeper) });
    } catch (error) {
      tell(title, error instanceof Error ? error.message : String(error));
    }
  }
  return exhibits;
}
