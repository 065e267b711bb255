/**
 * The URL that an import of a package from this program leads to. It is an ES module also where the rest of the program is
 * built as CommonJS, which has no such question to ask.
 */
export function resolvePackage(name: string): string {
  return import.meta.resolve(name);
}
