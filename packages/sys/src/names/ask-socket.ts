import { once } from "node:events";
import { type IncomingMessage, request } from "node:http";
import { readJson } from "./read-json.js";

/** Longer answers are not read. */
const LARGEST = 2 ** 24;

/** What a server behind a unix socket answers to a GET, as JSON; undefined where it refuses. Errors are those of node:http. */
export async function askSocket(socketPath: string, path: string, signal: AbortSignal): Promise<unknown> {
  const asked = request({ socketPath, path, signal, agent: false, headers: { host: "localhost" } });
  // What fails once the answer has begun shows in the answer.
  asked.on("error", () => undefined);
  try {
    // An answer that is none, as one that switches protocols, only closes the connection.
    const answer = Promise.race([once(asked.end(), "response"), once(asked, "close")]);
    const [response] = (await answer) as [IncomingMessage?];
    return response?.statusCode === 200 ? await readJson(response, LARGEST) : undefined;
  } finally {
    asked.destroy();
  }
}
