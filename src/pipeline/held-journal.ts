import type { Point } from '../metric/point.ts';

/** The points that a plugin holds. Those noted are kept together with what else comes of their batch. */
export interface HeldJournal {
  /**
   * What was kept, in the order in which it came, and what a killed process before this one left; undefined for nothing. It stays until
   * `clear`.
   */
  read(): HeldWindow | undefined;
  /** Notes a point that was taken. */
  note(point: Point): void;
  /** Whether all that was noted is kept: there is a bound, beyond which a crash takes the rest. */
  readonly isWhole: boolean;
  /** Nothing is held any more. */
  clear(): void;
}

/** Points that a plugin held, with the window that they are of. */
export interface HeldWindow {
  /** When it ends, in milliseconds since the epoch. */
  readonly untilMs: number;
  readonly points: readonly Point[];
}
