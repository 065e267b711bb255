import type { Trust } from "../kernel/trusted-path.js";
import { readTrustedJson, trustPath } from "./trusted-file.js";

/** How what an engine keeps is got at: what somebody else may have put there is not. */
export interface Access {
  /** The JSON in a file; undefined, or an error, where there is none. */
  readJson(path: string): unknown;
  /** The path of a socket that may be connected to; undefined, or an error, where there is none. */
  findSocket(path: string): Promise<string | undefined> | undefined;
}

/** Access to what root keeps, or whoever asks. */
export function ownAccess(trust: Trust): Access {
  return {
    readJson: (path) => readTrustedJson(path, trust),
    findSocket: (path) => trustPath(path, trust, "socket"),
  };
}
