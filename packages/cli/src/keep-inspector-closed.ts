/*
 * Node opens its inspector when SIGUSR1 arrives, which every process of the same user may send, and whoever connects
 * to it runs code with all the rights of this process.
 */

/** Options of Node that ask for the inspector: then it is wanted. */
const WANTED = /(^|\s)--inspect(-brk|-wait)?(=|\s|$)/;

/** Node's name for it since version 0.10. The documented way loads a module for which every run would wait. */
interface Closes {
  _debugEnd?(): void;
}

/**
 * From this call on SIGUSR1 does nothing. If Node has opened the inspector before, it is closed.
 *
 * What is answered undoes what Node has begun because of a signal that came before. It goes about that in a thread, which may
 * be late, and in the event loop, of which one turn is waited for: so it is called as late as can be.
 */
export function keepInspectorClosed(): () => Promise<void> {
  process.on("SIGUSR1", () => undefined);
  if (WANTED.test([...process.execArgv, process.env.NODE_OPTIONS].join(" "))) return () => Promise.resolve();
  close();
  return () => new Promise<void>((resolve) => void setImmediate(resolve)).then(close);
}

function close(): void {
  (process as Closes)._debugEnd?.();
}
