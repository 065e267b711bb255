/*
 * Numbers of system calls that libc has no function for. Since number 424 every architecture counts alike
 * (arch/x86/entry/syscalls/syscall_64.tbl, scripts/syscall.tbl), but for an offset: alpha adds 110, the mips ABIs
 * have their own bases.
 */
const OFFSETS: Readonly<Record<string, number>> = {
  alpha: 110,
  mips: 4000,
  mipsel: 4000,
  mips64: 5000,
  mips64el: 5000,
};
const offset = OFFSETS[process.arch] ?? 0;

/**
 * Those before have a number on each architecture (scripts/syscall.tbl, syscalls/syscall_64.tbl and the like); of preadv2(2) it
 * is here where an address has 64 bits.
 */
const NUMBERS: Readonly<Record<string, { readonly kcmp: number; readonly statx: number; readonly preadv2?: number }>> =
  {
    arm: { kcmp: 378, statx: 397 },
    arm64: { kcmp: 272, statx: 291, preadv2: 286 },
    ia32: { kcmp: 349, statx: 383 },
    loong64: { kcmp: 272, statx: 291, preadv2: 286 },
    ppc64: { kcmp: 354, statx: 383, preadv2: 380 },
    riscv64: { kcmp: 272, statx: 291, preadv2: 286 },
    s390x: { kcmp: 343, statx: 379, preadv2: 376 },
    x64: { kcmp: 312, statx: 332, preadv2: 327 },
  };
/** Undefined where the number is not known: kcmp(2), Linux 3.5; statx(2), Linux 4.11; preadv2(2), Linux 4.6. */
export const { kcmp: KCMP, statx: STATX, preadv2: PREADV2 } = NUMBERS[process.arch] ?? {};
/** pidfd_open(2), Linux 5.3. */
export const PIDFD_OPEN = 434 + offset;
/** openat2(2), Linux 5.6. */
export const OPENAT2 = 437 + offset;
/** pidfd_getfd(2), Linux 5.6. */
export const PIDFD_GETFD = 438 + offset;
/** statmount(2), Linux 6.8. */
export const STATMOUNT = 457 + offset;
/** listmount(2), Linux 6.8. */
export const LISTMOUNT = 458 + offset;
/** listns(2), Linux 6.19. */
export const LISTNS = 470 + offset;
