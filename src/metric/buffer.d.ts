/** Node's own fast slices, public in practice since Node 0.x and absent from its types. */
interface Buffer {
  latin1Slice(from?: number, to?: number): string;
  utf8Slice(from?: number, to?: number): string;
}
