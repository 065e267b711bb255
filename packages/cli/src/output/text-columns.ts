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

/** The longest term that an explanation stands beside; it stands below longer ones. */
const MAX_TERM = 26;
/** The same where the terminal is narrower than this. */
const NARROW = 60;
const MAX_NARROW_TERM = 5;

/** Two columns: terms, and their explanations wrapped beside them. */
export function definitionList(
  entries: readonly (readonly [term: string, explanation: string])[],
  { width, indent = 2, minTerm = 0 }: { readonly width: number; readonly indent?: number; readonly minTerm?: number },
): string {
  const maxTerm = width < NARROW ? MAX_NARROW_TERM : MAX_TERM;
  const termWidth = Math.min(maxTerm, Math.max(minTerm, ...entries.map(([term]) => term.length)));
  const left = " ".repeat(indent);
  const lines = entries.flatMap(([term, explanation]) => {
    const beside = term.length > termWidth ? "" : term;
    const wrapped = wrap(explanation, Math.max(20, width - indent - termWidth - 2));
    const body = wrapped.map((line, index) => `${left}${(index === 0 ? beside : "").padEnd(termWidth)}  ${line}`);
    return beside === term ? body : [left + term, ...body];
  });
  return lines.map((line) => `${line.trimEnd()}\n`).join("");
}
