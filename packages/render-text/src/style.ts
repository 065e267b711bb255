/*
 * SGR parameters, one table. Colour repeats what the words say, so that nothing is lost without it; the sixteen
 * colours of the terminal's own theme, none of which has to be readable on both white and black but these.
 */
const SGR = {
  user: "1;36",
  own: "1",
  odd: "1;33",
  bad: "1;31",
  pin: "35",
  faint: "2",
  title: "1",
} as const;

/**
 * How a piece of text stands out.
 *
 * - `user`: a user namespace
 * - `own`: a namespace that is not the machine's own
 * - `odd`: unusual, such as a namespace without a process
 * - `bad`: could not be learned, or contradicts itself
 * - `pin`: what holds a namespace besides processes
 * - `faint`: guides and context
 * - `title`: a heading
 */
export type Style = keyof typeof SGR;

/** The text in its style. */
export function paint(text: string, style: Style): string {
  return `\u001b[${SGR[style]}m${text}\u001b[0m`;
}
