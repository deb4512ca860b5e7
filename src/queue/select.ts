/** Which payloads a lease gets: the rule that keeps every series in order, for all drivers. */
import { PARTITIONS, type QueuedPayload } from './payload.ts';
import type { TakeLimits } from './store.ts';

/** What the rule has to know of an entry. */
export interface Waiting {
  readonly payload: QueuedPayload;
  /** Whether it may have been sent before. */
  readonly tried: boolean;
}

/** Entries looked at for one lease; where destinations alternate, a sender need not search a whole backlog for more of the first. */
const MAX_LOOKED_AT = 1000;

/**
 * The oldest entries that may go together, out of a queue oldest first. Partitions in `leased` are passed over, and so is a
 * partition from the first payload on that can't be joined: what comes after it there may not overtake it.
 */
export function selectOldest<E extends Waiting>(queue: Iterable<E>, leased: ReadonlySet<number>, limits: TakeLimits): E[] {
  const taken: E[] = [];
  const partitions = new Set<number>();
  const passedOver = new Set(leased);
  let points = 0;
  let bytes = 0;
  let lookedAt = 0;
  for (const entry of queue) {
    const { payload } = entry;
    if (passedOver.size >= PARTITIONS) break;
    // Not counted: a partition that is held up for long must not hide the others behind its backlog.
    if (leased.has(payload.partition)) continue;
    if (++lookedAt > MAX_LOOKED_AT) break;
    if (passedOver.has(payload.partition)) continue;
    if (isAhead(payload, taken, limits)) {
      passedOver.add(payload.partition);
      continue;
    }
    const isFirst = taken.length === 0;
    if (!isFirst && (points + payload.points > limits.maxPoints || bytes + payload.body.length > limits.maxBytes)) break;
    if (!isFirst && !joins(entry, taken[0], partitions, limits)) {
      passedOver.add(payload.partition);
      continue;
    }
    taken.push(entry);
    partitions.add(payload.partition);
    points += payload.points;
    bytes += payload.body.length;
  }
  return taken;
}

/** Whether a payload is too far ahead of others that are to arrive before it. */
function isAhead({ firstMs }: QueuedPayload, taken: readonly Waiting[], { lead }: TakeLimits): boolean {
  if (lead === undefined) return false;
  const oldestMs = taken.length === 0 ? lead.oldestMs : Math.min(lead.oldestMs, taken[0].payload.firstMs);
  return firstMs > oldestMs + lead.maxMs;
}

function joins(entry: Waiting, first: Waiting, partitions: ReadonlySet<number>, limits: TakeLimits): boolean {
  const { partition, destination } = entry.payload;
  if (destination !== first.payload.destination) return false;
  if (limits.separateResent && (entry.tried || first.tried)) return false;
  return partitions.has(partition) || partitions.size < limits.maxPartitions;
}
