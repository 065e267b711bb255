import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { gatheredWrites, type Write } from "./sink.js";

const systemError = (code: string): Error => Object.assign(new Error(code), { code });

/** A descriptor that takes what `answers` say, one after the other, and all when they are used up. */
function fakeDescriptor(answers: (number | string)[] = []) {
  const taken: Buffer[] = [];
  let calls = 0;
  const write: Write = (_fd, bytes, offset) => {
    calls++;
    const answer = answers.shift() ?? bytes.length;
    if (typeof answer === "string") throw systemError(answer);
    const part = Buffer.from(bytes.subarray(offset, offset + answer));
    taken.push(part);
    return part.length;
  };
  return { write, text: () => Buffer.concat(taken).toString(), calls: () => calls };
}

describe("gatheredWrites", () => {
  test("gathers small chunks into one write", async () => {
    const fake = fakeDescriptor();
    const writer = gatheredWrites(1, fake.write);
    for (let i = 0; i < 1000; i++) expect(writer.write(`${i}\n`)).toBeUndefined();
    expect(fake.calls()).toBe(0);
    await writer.close();
    expect(fake.calls()).toBe(1);
    expect(fake.text().split("\n")).toHaveLength(1001);
  });

  test("writes much at once", async () => {
    const fake = fakeDescriptor();
    const writer = gatheredWrites(1, fake.write);
    await writer.write("x".repeat(100_000));
    expect(fake.text()).toHaveLength(100_000);
  });

  test("goes on where the kernel took only a part, also in the middle of a character", async () => {
    const fake = fakeDescriptor([1, 2, 3]);
    const writer = gatheredWrites(1, fake.write);
    await writer.write("↦→é");
    await writer.close();
    expect(fake.text()).toBe("↦→é");
    expect(fake.calls()).toBe(4);
  });

  test("keeps text and bytes in order", async () => {
    const fake = fakeDescriptor();
    const writer = gatheredWrites(1, fake.write);
    await writer.write("a");
    await writer.write(new Uint8Array([98]));
    await writer.write("c");
    await writer.close();
    expect(fake.text()).toBe("abc");
  });

  test("tries again where a non-blocking pipe is full, and after a signal", async () => {
    const fake = fakeDescriptor(["EAGAIN", 1, "EINTR", "EAGAIN", "EAGAIN"]);
    const writer = gatheredWrites(1, fake.write);
    await writer.write("abc");
    await writer.close();
    expect(fake.text()).toBe("abc");
  });

  test("throws what else goes wrong", async () => {
    const writer = gatheredWrites(1, fakeDescriptor(["ENOSPC"]).write);
    await writer.write("abc");
    await expect(writer.close()).rejects.toThrow("ENOSPC");
  });

  test("whatever the chunks are and however they are taken, all comes out once and in order", async () => {
    const chunk = fc.oneof(
      fc.string({ unit: fc.nat(0xd7ff).map((code) => String.fromCharCode(code)) }),
      fc.uint8Array(),
    );
    const answer = fc.oneof(fc.integer({ min: 1, max: 9 }), fc.constant("EINTR"));
    await fc.assert(
      fc.asyncProperty(fc.array(chunk), fc.array(answer), async (chunks, answers) => {
        const written: Buffer[] = [];
        const write: Write = (_fd, bytes, offset) => {
          const next = answers.shift() ?? bytes.length;
          if (typeof next === "string") throw systemError(next);
          const part = Buffer.from(bytes.subarray(offset, offset + next));
          written.push(part);
          return part.length;
        };
        const writer = gatheredWrites(1, write);
        for (const one of chunks) await writer.write(one);
        await writer.close();
        const expected = Buffer.concat(chunks.map((one) => (typeof one === "string" ? Buffer.from(one) : one)));
        expect(Buffer.concat(written).equals(expected)).toBe(true);
      }),
    );
  });
});
