import type { IdRange, TimeOffsets } from "@ns-graph/graph";

/** Reads /proc/PID/uid_map or gid_map (user_namespaces(7)); empty where none was written yet. */
export function parseIdMap(text: string): IdRange[] {
  const ranges: IdRange[] = [];
  for (const line of text.split("\n")) {
    const [inside, outside, count] = line.trim().split(/\s+/).map(Number);
    if (inside === undefined || outside === undefined || count === undefined || Number.isNaN(count)) continue;
    ranges.push([inside, outside, count]);
  }
  return ranges;
}

/** Reads /proc/PID/timens_offsets (time_namespaces(7)); undefined where it is not of that form. */
export function parseTimeOffsets(text: string): TimeOffsets | undefined {
  const offset = (clock: string): readonly [string, number] | undefined => {
    const match = new RegExp(`^${clock}\\s+(-?\\d+)\\s+(\\d+)`, "m").exec(text);
    return match === null ? undefined : [match[1] as string, Number(match[2])];
  };
  const monotonic = offset("monotonic");
  const boottime = offset("boottime");
  return monotonic === undefined || boottime === undefined ? undefined : { monotonic, boottime };
}
