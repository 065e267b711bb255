/** Words broken into lines of at most that many characters; what is longer than a line stands alone. */
export function wrap(text: string, width: number): readonly string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    if (line !== "" && line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else {
      line = line === "" ? word : `${line} ${word}`;
    }
  }
  return [...lines, line];
}

/** Two columns: terms, and their explanations wrapped beside them. */
export function definitionList(
  entries: readonly (readonly [term: string, explanation: string])[],
  {
    width,
    indent = 2,
    gap = 2,
    minTerm = 0,
    maxTerm = 26,
  }: {
    readonly width: number;
    readonly indent?: number;
    readonly gap?: number;
    readonly minTerm?: number;
    readonly maxTerm?: number;
  },
): string {
  const termWidth = Math.min(maxTerm, Math.max(minTerm, ...entries.map(([term]) => term.length)));
  const left = indent + termWidth + gap;
  const lines: string[] = [];
  for (const [term, explanation] of entries) {
    const wrapped = wrap(explanation, Math.max(20, width - left));
    const isLong = term.length > termWidth;
    if (isLong) lines.push(" ".repeat(indent) + term);
    for (const [index, line] of wrapped.entries()) {
      const start =
        index === 0 && !isLong ? " ".repeat(indent) + term.padEnd(termWidth) : " ".repeat(indent + termWidth);
      lines.push(`${start}${" ".repeat(gap)}${line}`);
    }
  }
  return lines.map((line) => `${line.trimEnd()}\n`).join("");
}
