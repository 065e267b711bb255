/** The JSON that comes in pieces, and may grow while it is read; undefined where it is longer than `most` bytes. */
export async function readJson(pieces: AsyncIterable<Buffer>, most: number): Promise<unknown> {
  const read: Buffer[] = [];
  let length = 0;
  for await (const piece of pieces) {
    length += piece.length;
    if (length > most) return undefined;
    read.push(piece);
  }
  return JSON.parse(Buffer.concat(read).toString("utf8"));
}
