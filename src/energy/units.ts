/** The units that sources count in, each in millionths of its SI unit: microwatts and microjoules. */
const MICROWATTS = { W: 1e6, kW: 1e9, mW: 1e3, µW: 1, uW: 1 } as const;

/** 1 Wh is 3,600 J exactly. */
const MICROJOULES = { J: 1e6, kJ: 1e9, mJ: 1e3, µJ: 1, uJ: 1, Wh: 3.6e9, kWh: 3.6e12, mWh: 3.6e6 } as const;

export type PowerUnit = keyof typeof MICROWATTS;
export type EnergyUnit = keyof typeof MICROJOULES;
export type Unit = PowerUnit | EnergyUnit;

export const powerUnits = Object.keys(MICROWATTS) as PowerUnit[];
export const energyUnits = Object.keys(MICROJOULES) as EnergyUnit[];

/** Whether it measures power; otherwise energy. */
export function isPowerUnit(unit: Unit): unit is PowerUnit {
  return unit in MICROWATTS;
}

/** Microwatts or microjoules in one of the unit. */
export function microsPerUnit(unit: Unit): number {
  return isPowerUnit(unit) ? MICROWATTS[unit] : MICROJOULES[unit];
}
