import { expect, test } from "vitest";
import { formatIpv4, formatIpv6, networkOf, parseIpv4 } from "./ip-address.js";

test.each([
  ["00000000000000000000000000000001", "::1"],
  ["00000000000000000000000000000000", "::"],
  ["fd000000000000000000000000000001", "fd00::1"],
  ["fe800000000000005054fffe12003456", "fe80::5054:fffe:1200:3456"],
  ["20010db8000000010000000000000001", "2001:db8:0:1::1"],
  ["20010db8000000000001000000000001", "2001:db8::1:0:0:1"],
  ["20010db8000100000001000100010001", "2001:db8:1:0:1:1:1:1"],
  ["00010000000000000000000000000000", "1::"],
])("%s is %s", (digits, address) => {
  expect(formatIpv6(digits)).toBe(address);
});

test("an address is read in the order of the machine's bytes", () => {
  expect(formatIpv4(parseIpv4("0302010A", true))).toBe("10.1.2.3");
  expect(formatIpv4(parseIpv4("0A010203", false))).toBe("10.1.2.3");
});

test("the network of an address", () => {
  const address = parseIpv4("C0A801FE", false);
  expect(formatIpv4(networkOf(address, 24))).toBe("192.168.1.0");
  expect(formatIpv4(networkOf(address, 32))).toBe("192.168.1.254");
  expect(formatIpv4(networkOf(address, 0))).toBe("0.0.0.0");
});
