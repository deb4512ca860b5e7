/**
 * Frees the memory of bytes now, which nobody may read any more. Bodies and payloads lie outside V8's heap, a megabyte a batch, and for
 * every 64 MB of them that it is left to find, V8 walks through all of its heap (decision 0230). Bytes that are a part of something larger are
 * left to it.
 */
export function freeMemory({ buffer, byteLength }: Uint8Array): void {
  if (buffer instanceof ArrayBuffer && byteLength > 0 && byteLength === buffer.byteLength) buffer.transfer(0);
}

/** zlib's output in memory of just its size: the rest of the chunk that it was written to is freed. Small chunks lie in memory that Node's buffers share. */
export function fitMemory(output: Buffer): Buffer {
  const { buffer, byteOffset, length } = output;
  const isAlone = buffer instanceof ArrayBuffer && byteOffset === 0 && buffer.byteLength > Buffer.poolSize;
  return isAlone ? Buffer.from(buffer.transfer(length)) : output;
}
