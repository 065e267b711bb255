import { quote } from "./quote.js";

export function openDigraph(name: string): string {
  return `digraph ${quote(name)} {\n`;
}

export function closeDigraph(): string {
  return "}\n";
}
