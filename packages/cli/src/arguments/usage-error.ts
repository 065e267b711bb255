import { NsGraphError, printable } from "@ns-graph/graph";

/** The hint of errors that have no better one. */
export const SEE_HELP = "See ns-graph --help.";

/** An error that says what was wrong with the usage. */
export function usageError(message: string, hint = SEE_HELP): NsGraphError {
  return new NsGraphError("USAGE", message, { hint });
}

/** Wrong usage: an option that nobody knows. */
export class UnknownOption extends NsGraphError {
  /** Its name without dashes, or its letter. */
  readonly option: string;
  /** Whether it is a letter, as formats have none. */
  readonly isShort: boolean;

  constructor(option: string, message: string, isShort = false) {
    super("USAGE", message, { hint: SEE_HELP });
    this.option = option;
    this.isShort = isShort;
  }
}

/** A word of the command line, quoted so that it can be shown. */
export function quote(word: string): string {
  return `"${printable(word)}"`;
}
