import type { Lease } from '../store.ts';
import type { Answer, NumberedPayload } from './job.ts';
import type { Place } from './pace.ts';

export interface OutJob {
  readonly payloads: [NumberedPayload, ...NumberedPayload[]];
  /** Whether it may be, or have been, in Redis. */
  isHanded: boolean;
  answer: Answer | undefined;
}

/** What a relay leased of one partition, on its way through Redis. */
export class Window {
  readonly lease: Lease;
  readonly partition: number;
  /** Whether a former life of this bridge may have handed it on. */
  readonly resent: boolean;
  readonly jobs: readonly OutJob[];
  /** Whether it was its turn: until then none of it is in Redis, as far as this life of the bridge knows. */
  isStarted = false;
  /** Whether its jobs are on their way to Redis: they are not missing yet. */
  isHanding = false;
  isSettling = false;

  /** Its jobs have so many points at most, unless a single payload has more. */
  constructor(lease: Lease, maxPoints: number) {
    this.lease = lease;
    this.partition = lease.payloads[0].partition;
    this.resent = lease.resent;
    this.jobs = jobsOf(lease, maxPoints);
  }

  /** Where it is: its oldest payload without an answer; undefined when all is answered. */
  get place(): Place | undefined {
    const [first] = this.open;
    return first && placeOf(first);
  }

  /** Where it began. */
  get first(): Place {
    return placeOf(this.jobs[0]);
  }

  /** The jobs without an answer. */
  get open(): OutJob[] {
    return this.jobs.filter(({ answer }) => answer === undefined);
  }
}

function placeOf({ payloads: [{ id, addedMs, payload }] }: OutJob): Place {
  return { partition: payload.partition, id, firstMs: payload.firstMs, addedMs };
}

function jobsOf({ ids, addedMs, payloads }: Lease, maxPoints: number): OutJob[] {
  const jobs: OutJob[] = [];
  let points = Infinity;
  for (const [at, payload] of payloads.entries()) {
    const numbered = { id: ids[at], addedMs: addedMs[at], payload };
    const last = jobs.at(-1);
    points += payload.points;
    if (last !== undefined && points <= maxPoints) {
      last.payloads.push(numbered);
      continue;
    }
    jobs.push({ payloads: [numbered], isHanded: false, answer: undefined });
    points = payload.points;
  }
  return jobs;
}
