/**
 * What makes an answer impossible; anything less is a `Problem` in the graph. Match on these, never on the text.
 *
 * - `BAD_DOCUMENT`: a document, or what a graph is built of, is not what it has to be
 * - `UNSUPPORTED_VERSION`: a document of a version that is not known
 * - `BAD_RENDERER`: what is no renderer, or may not be loaded as one; `RENDERER_FAILED`: one that failed
 * - `BAD_OUTPUT`, `WRITE_FAILED`: where output was to go, or could not be written
 * - `NO_SUCH_FORMAT`, `NO_SUCH_PROCESS`, `NO_SUCH_SUBJECT`: nothing has the name or number that was given
 * - `NOT_LINUX`, `NO_PROC`, `READ_FAILED`: the machine, or a file, can't be read
 * - `PROBE_USED`: a probe that was used for a survey, or closed
 * - `RUN_FAILED`: a command that could not be started
 * - `USAGE`: arguments of the command that are wrong
 */
export type NsGraphErrorCode =
  | "BAD_DOCUMENT"
  | "BAD_OUTPUT"
  | "BAD_RENDERER"
  | "NO_PROC"
  | "NO_SUCH_FORMAT"
  | "NO_SUCH_PROCESS"
  | "NO_SUCH_SUBJECT"
  | "NOT_LINUX"
  | "PROBE_USED"
  | "READ_FAILED"
  | "RENDERER_FAILED"
  | "RUN_FAILED"
  | "UNSUPPORTED_VERSION"
  | "USAGE"
  | "WRITE_FAILED";

/** An error whose message was written for the person who reads it: what failed, on what and why. */
export class NsGraphError extends Error {
  /** Always `NsGraphError`: errors of another copy of this library are told by it. */
  override readonly name = "NsGraphError";
  /** Which failure this is. */
  readonly code: NsGraphErrorCode;
  /** What to do about it, as a sentence; absent where nothing helps. */
  readonly hint: string | undefined;

  constructor(
    code: NsGraphErrorCode,
    message: string,
    options: { readonly hint?: string; readonly cause?: unknown } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.hint = options.hint;
  }
}
