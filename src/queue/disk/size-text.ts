/** Bytes of a mebibyte. */
export const MIB = 1024 * 1024;

/** A number of bytes for people: `12 MiB`. */
export function mebibytes(bytes: number): string {
  return `${Math.max(0, Math.round(bytes / MIB))} MiB`;
}
