import { request } from "node:http";

/** Longer answers are not read. */
const LARGEST = 2 ** 24;

/** What a server behind a unix socket answers to a GET, as JSON; undefined where it does not, or not in time. */
export function askSocket(socketPath: string, path: string, signal: AbortSignal): Promise<unknown> {
  return new Promise((resolve) => {
    const giveUp = (): void => resolve(undefined);
    const asked = request({ socketPath, path, signal, agent: false, headers: { host: "localhost" } }, (response) => {
      const chunks: Buffer[] = [];
      let length = 0;
      response.on("data", (chunk: Buffer) => {
        chunks.push(chunk);
        length += chunk.length;
        if (length > LARGEST) asked.destroy();
      });
      response.on("error", giveUp);
      response.on("close", giveUp);
      response.on("end", () => resolve(response.statusCode === 200 ? parse(Buffer.concat(chunks)) : undefined));
    });
    asked.on("error", giveUp);
    asked.on("close", giveUp);
    asked.end();
  });
}

function parse(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString("utf8"));
  } catch {
    return undefined;
  }
}
