/** How long a line may be. */
const WIDTH = 120;

/** JSON for people, as the workspace lays it out: lists of values that fit a line stand on one. */
export function layOut(value: unknown): string {
  return `${lay(value, "", 0)}\n`;
}

function lay(value: unknown, indent: string, before: number): string {
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const inner = `${indent}  `;
  const isList = Array.isArray(value);
  const entries = Object.entries(value).map(([key, item]) => {
    const name = isList ? "" : `${JSON.stringify(key)}: `;
    return [name, item] as const;
  });
  if (entries.length === 0) return isList ? "[]" : "{}";
  const flat = `[${entries.map(([, item]) => lay(item, "", 0)).join(", ")}]`;
  if (isList && !flat.includes("{") && before + flat.length <= WIDTH) return flat;
  const lines = entries.map(([name, item]) => `${inner}${name}${lay(item, inner, inner.length + name.length + 1)}`);
  return `${isList ? "[" : "{"}\n${lines.join(",\n")}\n${indent}${isList ? "]" : "}"}`;
}
