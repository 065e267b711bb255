import type { ActorThread } from "./actor.js";
import type { RealNamespace } from "./real-namespace.js";

/** Has a thread enter a new namespace, do something there and go back: whatever keeps that namespace then was made by that. */
export async function whileAway<Made>(
  thread: ActorThread,
  type: "ipc" | "net" | "uts",
  act: () => Promise<Made>,
): Promise<{ readonly namespace: RealNamespace; readonly made: Made }> {
  const home = await thread.open(`/proc/thread-self/ns/${type}`);
  await thread.unshare(type);
  const namespace = thread.namespace(type);
  const made = await act();
  await thread.setns(home);
  await thread.close(home);
  return { namespace, made };
}
