/**
 * Totals of energy that never drift. 2^53 microjoules are only 2,502 kWh, a few months of one rack, so a total is two numbers:
 * whole joules, and the microjoules (0 to 999,999) after them. That is exact up to 2.5 TWh.
 */
export interface Energy {
  readonly joules: number;
  readonly micros: number;
}

export const MICROS_PER_JOULE = 1_000_000;

export const NO_ENERGY: Energy = { joules: 0, micros: 0 };

/** The sum, exact. `micros` is a safe, non-negative integer of microjoules. */
export function addMicros(total: Energy, micros: number): Energy {
  const sum = total.micros + (micros % MICROS_PER_JOULE);
  const carry = sum >= MICROS_PER_JOULE ? 1 : 0;
  return {
    joules: total.joules + Math.floor(micros / MICROS_PER_JOULE) + carry,
    micros: sum - carry * MICROS_PER_JOULE,
  };
}

/** The total in joules, as the nearest double. */
export function toJoules(total: Energy): number {
  return total.joules + total.micros / MICROS_PER_JOULE;
}

/** Microjoules as joules, as the nearest double. */
export function microsToJoules(micros: number): number {
  return micros / MICROS_PER_JOULE;
}

/** Joules as whole microjoules; what `microsToJoules` gave comes back exactly, up to 2^51 microjoules (625 kWh). */
export function joulesToMicros(joules: number): number {
  return Math.round(joules * MICROS_PER_JOULE);
}
