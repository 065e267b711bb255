const ESCAPES = /(?:\\x[0-9a-f]{2})+/g;

/**
 * Undoes the escapes in the name of a unit (systemd.unit(5)): `\x2d` stands for a byte. Bytes that are not UTF-8 stay
 * escaped.
 */
export function unescapeUnitName(name: string): string {
  if (!name.includes("\\x")) return name;
  return name.replace(ESCAPES, (run) => {
    try {
      return decodeURIComponent(run.replaceAll("\\x", "%"));
    } catch {
      return run;
    }
  });
}
