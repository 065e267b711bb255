import { openHandle } from "../kernel/libc.js";

/** Stands for the file system of namespaces, without an open file of it (include/uapi/linux/fcntl.h, Linux 6.18). */
const FD_NSFS_ROOT = -10003;
const FILEID_NSFS = 0xf1;
/** struct nsfs_file_handle (include/uapi/linux/nsfs.h): the id, the CLONE_NEW* constant and the inode number. */
export const NSFS_HANDLE_BYTES = 16;

/** open_by_handle_at(2) of a namespace (Linux 6.18; by its id alone, the rest being 0, 6.19): a descriptor or -errno. */
export function openNsfsHandle(bytes: Uint8Array): number {
  const handle = new Uint8Array(8 + bytes.length);
  const head = new Uint32Array(handle.buffer, 0, 2);
  head[0] = bytes.length;
  head[1] = FILEID_NSFS;
  handle.set(bytes, 8);
  return openHandle(FD_NSFS_ROOT, handle);
}
