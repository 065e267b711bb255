/** What is counted, with what one and several of it are called. */
const NOUNS = {
  process: ["process", "processes"],
  namespace: ["namespace", "namespaces"],
  zombie: ["zombie", "zombies"],
  "kernel-thread": ["kernel thread", "kernel threads"],
  group: ["group of processes", "groups of processes"],
} as const;

/** A thing that renderers count. */
export type Noun = keyof typeof NOUNS;

/** A number with what is counted: `1 fact`, `3 facts`. */
export function numbered(number: number, one: string, many = `${one}s`): string {
  return `${number} ${number === 1 ? one : many}`;
}

/** How many there are of a thing: `1 process`, `4 namespaces`. */
export function count(number: number, noun: Noun): string {
  const [one, many] = NOUNS[noun];
  return numbered(number, one, many);
}

/** How many there are in all, and how many of them are meant where that are some and not all: `2 of 214 processes`. */
export function countOf(number: number, all: number, noun: Noun): string {
  return number > 0 && number < all ? `${number} of ${count(all, noun)}` : count(Math.max(number, all), noun);
}
