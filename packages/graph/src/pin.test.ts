import { expect, it } from "vitest";
import { describePin, type Pin, pinKey } from "./pin.js";

const held = { namespace: "4:4026532281", pid: 12 };

it.each<[Pin, string]>([
  [{ kind: "fd", ...held, fd: 4 }, "fd 4 of 12"],
  [{ kind: "fd", ...held, tid: 15, fd: 4 }, "fd 4 of thread 15 of 12"],
  [{ kind: "socket", ...held, fd: 4 }, "socket 4 of 12"],
  [{ kind: "socket", ...held, tid: 15, fd: 4 }, "socket 4 of thread 15 of 12"],
  [{ kind: "for-children", ...held }, "for children of 12"],
  [{ kind: "for-children", ...held, tid: 15 }, "for children of thread 15 of 12"],
])("describes %j", (pin, words) => {
  expect(describePin(pin)).toBe(words);
});

it("tells the same descriptor of two threads apart", () => {
  const keys = [undefined, 15, 16].map((tid) =>
    pinKey({ kind: "fd", ...held, ...(tid === undefined ? {} : { tid }), fd: 4 }),
  );
  expect(new Set(keys).size).toBe(3);
});
