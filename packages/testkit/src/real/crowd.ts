import type { Held, Keeper } from "./keeper.js";

/** Starts so many processes, each in a UTS and an IPC namespace of its own. */
export function startCrowd(keeper: Keeper, count: number): Promise<Held> {
  // What runs in the background would read /dev/null, and end at once.
  const script = `
    exec 3<&0
    for i in $(seq "$1"); do unshare --uts --ipc sh -c 'echo; read -r line' <&3 & done
    wait`;
  const all = `sh -c "$1" sh "$2" | { for i in $(seq "$2"); do read -r line; done; echo ready; cat; }`;
  return keeper.start(["sh", "-c", all, "sh", script, String(count)]);
}
