import { readdirSync, readlinkSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";

/** The open descriptors of this process with what they point at, `3 -> /dev/null`; epoll and event descriptors are among them. */
export function listDescriptors(): string[] {
  const open: string[] = [];
  for (const fd of readdirSync("/proc/self/fd")) {
    try {
      open.push(`${fd} -> ${readlinkSync(`/proc/self/fd/${fd}`)}`);
    } catch {
      // The one that listed the folder is closed by now.
    }
  }
  return open.sort((a, b) => Number.parseInt(a, 10) - Number.parseInt(b, 10));
}

/** How many descriptors this process has open. */
export function countDescriptors(): number {
  return listDescriptors().length;
}

/**
 * Runs something and throws if it left descriptors open (or closed foreign ones). What closes a moment later is waited
 * for. Whatever opens lazily and stays open for the life of the process has to be warmed up before.
 */
export async function expectNoLeak<T>(body: () => T | Promise<T>): Promise<T> {
  const before = listDescriptors();
  const result = await body();
  await awaitDescriptors(before);
  return result;
}

/** Waits for a second at most until as many descriptors are open as were; throws, and says which differ, if that fails. */
export async function awaitDescriptors(before: readonly string[]): Promise<void> {
  for (let attempt = 0; ; attempt++) {
    const after = listDescriptors();
    if (after.length === before.length) return;
    if (attempt >= 100) {
      const opened = after.filter((entry) => !before.includes(entry));
      const closed = before.filter((entry) => !after.includes(entry));
      throw new Error(
        `descriptors changed from ${before.length} to ${after.length}; opened: [${opened.join(", ")}], closed: [${closed.join(", ")}]`,
      );
    }
    await sleep(10);
  }
}
