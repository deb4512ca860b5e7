/**
 * What an output's `encode` makes and its `send` takes: points in the server's own wire form, encoded once and never parsed
 * again unless the server refuses some of them.
 */
export interface Payload {
  /** Where at the server it goes, in the output's own words. Neighbours with one destination may be joined by joining their bodies. */
  readonly destination: string;
  /** Such that bodies can be concatenated: whole lines, whole protobuf messages. In a queue, the queue's own: given back when it leaves. */
  readonly body: Buffer;
  readonly points: number;
  /** Times of the earliest and the latest point, in milliseconds since the epoch. */
  readonly firstMs: number;
  readonly lastMs: number;
}

/** A payload in a queue. All points of a series are in one partition, so partitions may overtake each other, and nothing within one may. */
export interface QueuedPayload extends Payload {
  /** 0 up to `PARTITIONS` - 1. */
  readonly partition: number;
}

/**
 * Into how many parts an output's series are divided: as many requests can be under way at once. Part of what is on disk, so never
 * changed: a series would move to another partition and overtake itself.
 */
export const PARTITIONS = 4;

/** Points that a server refused for good, in wire form, with its words. */
export interface Refused extends Payload {
  readonly reason: string;
}

/** Joins payloads of one destination, in order, in memory of their own, also a single one. The list must not be empty. */
export function joinPayloads(payloads: readonly Payload[]): Payload {
  return {
    destination: payloads[0].destination,
    body: Buffer.concat(payloads.map((payload) => payload.body)),
    points: payloads.reduce((sum, payload) => sum + payload.points, 0),
    firstMs: Math.min(...payloads.map((payload) => payload.firstMs)),
    lastMs: Math.max(...payloads.map((payload) => payload.lastMs)),
  };
}
