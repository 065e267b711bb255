/** What it took to draw something. */
export interface Measured {
  /** Of processor time, which other programs of the machine do not add to. */
  readonly seconds: number;
  /** Characters, or bytes, of all chunks. */
  readonly size: number;
}

/** Draws all of something, keeps none of it, and answers what that took. */
export function measure(draw: () => Iterable<string | Uint8Array>): Measured {
  const start = process.cpuUsage();
  let size = 0;
  for (const chunk of draw()) size += chunk.length;
  const { user, system } = process.cpuUsage(start);
  return { seconds: (user + system) / 1e6, size };
}

/** How much may be wrong with half as many things, so that it is said of a size and not of its noise. */
const ROOM = 20_000;

/**
 * Says what is not linear in a drawing of twice as many things: minutes where a second is enough, or more than twice as
 * much written. Undefined where nothing is.
 */
export function findExcess(half: Measured, whole: Measured, mostSeconds = 20): string | undefined {
  if (whole.seconds > mostSeconds) return `it takes ${whole.seconds} s (half as many: ${half.seconds} s)`;
  if (whole.size > 2.2 * half.size + ROOM) return `it writes ${whole.size} (half as many: ${half.size})`;
  return undefined;
}
