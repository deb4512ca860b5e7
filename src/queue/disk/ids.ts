/** The id of a payload in a queue file: its output's number, then a sequence. Ids rise in the order in which payloads came. */

/** 2^40 payloads an output: thirty years at a thousand a second. What is left of a safe integer are 8,192 outputs. */
const SEQUENCES = 2 ** 40;

/** The first id of an output with this number; all of its ids lie between this and `endOfOutput`. */
export function startOfOutput(number: number): number {
  return number * SEQUENCES;
}

/** The first id beyond those of the output with this number. */
export function endOfOutput(number: number): number {
  return (number + 1) * SEQUENCES;
}

/** The number of the output that an id belongs to. */
export function outputOf(id: number): number {
  return Math.floor(id / SEQUENCES);
}
