/** What bridges and senders call things in Redis. They must agree, so these are part of what is stored. */

/** BullMQ's name of an output's partition: BullMQ takes no colons, and outputs' names have them. */
export function queueName(output: string, partition: number): string {
  return `${encodeURIComponent(output)}-${partition}`;
}

/** Where senders hear that there are jobs of an output. */
export function jobsChannel(output: string): string {
  return `jobs:${encodeURIComponent(output)}`;
}

/** Where a bridge hears that its jobs of an output are done. */
export function answersChannel(store: string, output: string): string {
  return `answers:${store}:${encodeURIComponent(output)}`;
}

/** The key under which every bridge says what waits on its disk for an output. */
export function backlogKey(output: string): string {
  return `backlog:${encodeURIComponent(output)}`;
}

/** A job's id: the bridge's queue file and the number of its first payload. */
export function jobId(store: string, firstPayload: number): string {
  return `${store}-${firstPayload}`;
}
