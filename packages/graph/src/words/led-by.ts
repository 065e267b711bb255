import type { Process } from "../model/process.js";

/** A workload and who leads it, which tells it from others of its name: `service of anna web.service, led by 4711`. Hostile text. */
export function ledBy(name: string, { pid }: Process): string {
  return `${name}, led by ${pid}`;
}

/** Takes that apart again; undefined for another text. */
export function parseLedBy(text: string): { readonly name: string; readonly leader: number } | undefined {
  const at = text.lastIndexOf(", led by ");
  const pid = text.slice(at + ", led by ".length);
  return at < 0 || !/^\d{1,10}$/.test(pid) ? undefined : { name: text.slice(0, at), leader: Number(pid) };
}
