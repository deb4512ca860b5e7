/** What the store and its worker thread say to each other. One request at a time is answered, in order. */
import type { Refused } from '../payload.ts';
import type { DeadLetter, DeadLetterFilter, LetterCounts } from '../store.ts';

export interface WorkerOptions {
  readonly directory: string;
  /** The outputs of the configuration, by name: others that have payloads are orphans. */
  readonly outputs: readonly string[];
  /** Whether a file that can't be used is set aside and another begun; else it is an error. */
  readonly repairs: boolean;
}

/** A payload on its way to the disk; its body is the next `size` bytes of the group's. */
export interface PayloadRow {
  readonly id: number;
  readonly output: string;
  readonly destination: string;
  readonly partition: number;
  readonly points: number;
  readonly firstMs: number;
  readonly lastMs: number;
  readonly addedMs: number;
  readonly size: number;
}

/** What an output's queue holds once a group is written. */
export interface OutputRow {
  readonly number: number;
  readonly name: string;
  readonly payloads: number;
  readonly points: number;
  readonly bytes: number;
  readonly lastId: number;
}

export interface LetterRow extends Refused {
  readonly output: string;
  readonly atMs: number;
}

/** First and last id of a run. */
export type IdRange = readonly [from: number, to: number];

/** Everything that is written in one transaction. */
export interface Group {
  readonly rows: readonly PayloadRow[];
  readonly bodies: Uint8Array;
  readonly removed: readonly IdRange[];
  readonly tried: readonly number[];
  readonly outputs: readonly OutputRow[];
  readonly letters: readonly LetterRow[];
  /** Ids of dead letters to forget. */
  readonly forgotten: readonly number[];
  /** Changed entries of state, as `encodeChanges` writes them; empty when there are none. */
  readonly changes: string;
}

export interface StoredPayload extends PayloadRow {
  readonly body: Uint8Array;
  readonly tried: boolean;
}

/** What to read of a partition: what comes after an id, until the bodies come to so many bytes. */
export interface Wanted {
  readonly partition: number;
  readonly after: number;
  readonly maxBytes: number;
}

/** The next payloads of some partitions of an output, as they were found. */
export interface ReadResult {
  readonly payloads: readonly StoredPayload[];
  /** Ids of payloads that are not what was written. */
  readonly damaged: readonly { readonly id: number; readonly points: number }[];
  /** Up to which id everything that was wanted has been looked at. */
  readonly upTo: number;
  /** Whether there was nothing after these. */
  readonly reachedEnd: boolean;
}

export interface Letters {
  readonly letters: readonly DeadLetter[];
  /** The newest of all there are. */
  readonly lastId: number;
}

export interface StateRow {
  readonly name: string;
  readonly key: string;
  readonly version: number;
  readonly text: string;
}

/** What was found when the file was opened. */
export interface Opened {
  readonly outputs: readonly (OutputRow & { readonly oldestMs: number | undefined })[];
  readonly letters: ReadonlyMap<string, LetterCounts>;
  readonly state: readonly StateRow[];
  /** What is wrong, for an operator: files set aside, queues that nobody empties. */
  readonly warnings: readonly string[];
  /** What was put right: queues of renamed outputs. */
  readonly notices: readonly string[];
  /** Points that could not be saved from a damaged file, by output. */
  readonly lost: ReadonlyMap<string, number>;
}

export type Request =
  | { readonly kind: 'write'; readonly group: Group }
  | { readonly kind: 'read'; readonly number: number; readonly wanted: readonly Wanted[] }
  | {
      readonly kind: 'letters';
      readonly filter: DeadLetterFilter;
      readonly after: number;
      readonly upTo: number;
      readonly limit: number;
      readonly maxBytes: number;
    }
  | { readonly kind: 'answer'; readonly request: number; readonly answer: string }
  | { readonly kind: 'close' };

/** What a request is answered with. */
export interface Answers {
  readonly write: ReadonlyMap<string, LetterCounts>;
  readonly read: ReadResult;
  readonly letters: Letters;
  readonly answer: undefined;
  readonly close: undefined;
}

export type FromWorker =
  | { readonly kind: 'opened'; readonly opened: Opened }
  | { readonly kind: 'cannot_open'; readonly reason: string }
  | { readonly kind: 'answer'; readonly to: number; readonly value: unknown }
  /** Why nothing can be accepted now; undefined when it can again. */
  | { readonly kind: 'trouble'; readonly reason: string | undefined }
  /** The file turned out to be damaged while in use; it was set aside, and what could be read is in a new one. */
  | { readonly kind: 'salvaged'; readonly opened: Opened }
  /** `wattbridge queue` asks for something. */
  | { readonly kind: 'request'; readonly request: number; readonly action: string; readonly filter: DeadLetterFilter };
