import { PLACEHOLDER_DESCRIPTORS } from "./placeholder.js";
import { restoreLevel } from "./shell-level.js";

/** The exit status where there is no unshare(1). */
export const NO_UNSHARE = 124;

/** Where the waiter keeps standard error for what it starts; its own would get what shells say of signals. */
const KEPT = 6;

const { ready } = PLACEHOLDER_DESCRIPTORS;

/*
 * What is in parentheses has what the waiter traps as it was before, and says its PID, which it keeps. Some shells give a
 * signal as 256 and more.
 */
const script = (signals: readonly string[]): string => `
command -v unshare >/dev/null || exit ${NO_UNSHARE}
trap : ${signals.map((signal) => signal.replace(/^SIG/, "")).join(" ")}
exec ${KEPT}>&2 2>/dev/null
(${restoreLevel()}; exec /bin/sh -c 'echo $$ >&${ready}; exec "$@"' sh "$@" 2>&${KEPT} ${KEPT}>&-)
set -- $?
[ "$1" -le 255 ] || exit $(($1 % 128 + 128))
exit "$1"
`;

/**
 * A command line that starts another and ends with its exit status, and with 128 and the number of the signal where one
 * ended that: Node.js does not tell real-time signals. It says on `ready` first which PID it is; the signals leave the
 * waiter alone.
 */
export function waiter(signals: readonly string[], words: readonly string[]): readonly string[] {
  return ["/bin/sh", "-c", script(signals), "ns-graph", ...words];
}
