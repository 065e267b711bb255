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

/** Those before have a number on each architecture (scripts/syscall.tbl, syscalls/syscall_64.tbl and the like). */
const KCMP_NUMBERS: Readonly<Record<string, number>> = {
  arm: 378,
  arm64: 272,
  ia32: 349,
  loong64: 272,
  ppc64: 354,
  riscv64: 272,
  s390x: 343,
  x64: 312,
};
/** kcmp(2), Linux 3.5; undefined where the number is not known. */
export const KCMP: number | undefined = KCMP_NUMBERS[process.arch];
const STATX_NUMBERS: Readonly<Record<string, number>> = {
  arm: 397,
  arm64: 291,
  ia32: 383,
  loong64: 291,
  ppc64: 383,
  riscv64: 291,
  s390x: 379,
  x64: 332,
};
/** statx(2), Linux 4.11; undefined where the number is not known. */
export const STATX: number | undefined = STATX_NUMBERS[process.arch];
/** Where an address has 64 bits. */
const PREADV2_NUMBERS: Readonly<Record<string, number>> = {
  arm64: 286,
  loong64: 286,
  ppc64: 380,
  riscv64: 286,
  s390x: 376,
  x64: 327,
};
/** preadv2(2), Linux 4.6; undefined where the number is not known. */
export const PREADV2: number | undefined = PREADV2_NUMBERS[process.arch];
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
