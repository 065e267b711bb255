import { expect, it } from "vitest";
import { countPins, type Pin, pinKey } from "../model/pin.js";
import { describePin } from "./describe-pin.js";

const held = { namespace: "4:4026532281", pid: 12 };

it.each<[Pin, string]>([
  [{ kind: "fd", ...held, fd: 4 }, "fd 4 of 12"],
  [{ kind: "fd", ...held, tid: 15, fd: 4 }, "fd 4 of thread 15 of 12"],
  [{ kind: "socket", ...held, fd: 4 }, "socket 4 of 12"],
  [{ kind: "socket", ...held, tid: 15, fd: 4 }, "socket 4 of thread 15 of 12"],
  [{ kind: "file", ...held, fd: 4, of: "tun" }, "fd 4 (tun) of 12"],
  [{ kind: "file", ...held, tid: 15, fd: 4, of: "mount-tree" }, "fd 4 (mount-tree) of thread 15 of 12"],
  [{ kind: "for-children", ...held }, "for children of 12"],
  [{ kind: "for-children", ...held, tid: 15 }, "for children of thread 15 of 12"],
  [{ kind: "thread", ...held, tid: 15 }, "thread 15 of 12"],
  [{ kind: "mount", namespace: held.namespace, path: "/a b", mountNamespace: "4:5" }, "mount /a b in mnt:[5]"],
  [
    { kind: "unseen", namespace: held.namespace },
    "something that was not seen (a descriptor in flight, a file system, what could not be read)",
  ],
  [{ kind: "other", namespace: held.namespace, name: "key" }, "key"],
])("describes %j, alone and where it stands for more", (pin, words) => {
  expect(describePin(pin)).toBe(words);
  expect(describePin({ ...pin, more: 9 })).toBe(`${words} and 9 more like it`);
  expect(countPins([pin])).toBe(1);
  expect(countPins([pin, { ...pin, more: 9 }])).toBe(11);
});

it("tells the same descriptor of two threads apart", () => {
  const keys = [undefined, 15, 16].map((tid) =>
    pinKey({ kind: "fd", ...held, ...(tid === undefined ? {} : { tid }), fd: 4 }),
  );
  expect(new Set(keys).size).toBe(3);
});
