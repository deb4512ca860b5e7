/** The parser of expositions: its class `ExpositionParser` implements this in the next commit. */
import type { Dialect, Exposition, ExpositionError } from './exposition.ts';

/** Reads the bodies of one target. `M` is what its user remembers of each series. */
export interface ExpositionReader<M = unknown> {
  parse(body: Buffer, dialect: Dialect): Exposition<M> | ExpositionError;
}
