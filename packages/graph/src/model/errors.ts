/** What makes an answer impossible; anything less is a `Problem` in the graph. Match on these, never on the text. */
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
