/** A place in a configuration file; line and column count from 1, the column in characters. */
export interface Location {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  /** Characters to underline, from the column on. */
  readonly length: number;
}
