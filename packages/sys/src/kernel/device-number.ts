/** st_dev of a device's major and minor number, composed as gnu_dev_makedev does. */
export function deviceNumber(major: number, minor: number): number {
  return (
    (minor & 0xff) + ((major & 0xfff) << 8) + ((minor & ~0xff) >>> 0) * 2 ** 12 + ((major & ~0xfff) >>> 0) * 2 ** 32
  );
}
