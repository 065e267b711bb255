import { EAGAIN } from "./errno.js";
import { O_NOFOLLOW, O_PATH, openAt2, RESOLVE_CACHED } from "./libc.js";

/** A look-up among what the kernel knows may fail because of a rename elsewhere at that moment. */
const ATTEMPTS = 3;

/**
 * Opens with O_PATH what a path leads to among the entries that the kernel has at hand, and nothing else (openat2(2) with
 * RESOLVE_CACHED, Linux 5.12): a descriptor, or -errno, which is -EAGAIN for what is not among them.
 *
 * @param resolve other RESOLVE_ flags
 * @param prepare is called before each further attempt
 */
export function openAtHand(directory: number, path: Uint8Array, resolve: number, prepare?: () => void): number {
  for (let attempt = 1; ; attempt++) {
    const fd = openAt2(directory, path, O_PATH | O_NOFOLLOW, resolve | RESOLVE_CACHED);
    if (fd !== -EAGAIN || attempt === ATTEMPTS) return fd;
    prepare?.();
  }
}
