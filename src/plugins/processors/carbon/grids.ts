/**
 * Grams of CO2 equivalent for a kilowatt-hour from the grid, over the life cycle of what made it, as a mean of 2023.
 * Source: Our World in Data, "Carbon intensity of electricity generation", from Ember and the Energy Institute (CC BY 4.0),
 * https://ourworldindata.org/grapher/carbon-intensity-electricity, as in codecarbon's global_energy_mix.json.
 */
export const GRIDS_YEAR = 2023;

const GRIDS = {
  AU: 548.7,
  BE: 138.1,
  BR: 98.3,
  CA: 170,
  CH: 34.8,
  CN: 582.3,
  DE: 381,
  ES: 174.1,
  FR: 56,
  GB: 237.6,
  IE: 290.8,
  IN: 713.4,
  IT: 330.7,
  JP: 485.4,
  NL: 267.6,
  NO: 30.1,
  PL: 661.9,
  SE: 40.7,
  US: 369.5,
  ZA: 707.7,
} as const;

export type Country = keyof typeof GRIDS;

/** By ISO 3166, two letters. */
export const countries = Object.keys(GRIDS) as Country[];

/** Grams of CO2 equivalent for a kilowatt-hour there. */
export function gramsPerKwh(country: Country): number {
  return GRIDS[country];
}
