/** Texts joined to pieces of at least so many characters: each by itself would cost whoever writes them a call. */
export function* inChunks(texts: Iterable<string>, size = 16_384): Generator<string, void, undefined> {
  let chunk = "";
  for (const text of texts) {
    chunk += text;
    if (chunk.length < size) continue;
    yield chunk;
    chunk = "";
  }
  if (chunk !== "") yield chunk;
}
