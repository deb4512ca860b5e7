/**
 * What a thing can take, whatever a source says. A figure outside is a slip of the decimal point or a mix-up of units: the lab's own
 * list had a bicycle that needed a tenth of what physics asks. The bounds know nothing of the rows: they come from physics, from what
 * the law or a type plate allows, and from energy-sources.md §7, and are as wide as that, but narrower than a factor of ten to each side.
 */
import type { CatalogueRow, Kind } from './catalogue.ts';

type Bounds = readonly [kind: Kind, min: number, max: number];

const BOUNDS = {
  // W at the wall. LEDs give 60 to 230 lm/W, and homes have lamps of 250 to 1,500 lm.
  led_bulb: ['power', 2, 20],
  desktop_computer_idle: ['power', 10, 150],
  desktop_computer: ['power', 30, 500],
  laptop: ['power', 4, 100],
  // Regulation (EU) 801/2013 allows networked equipment 2 to 12 W on standby.
  game_console_standby: ['power', 0.3, 8],
  game_console_menu: ['power', 20, 100],
  small_television: ['power', 10, 60],
  television: ['power', 25, 400],
  internet_box: ['power', 4, 40],
  // 80 to 700 kWh a year.
  refrigerator_mean: ['power', 9, 80],
  // A socket gives 3,680 W at 16 A; below that, less than half a fan heater dries nothing.
  hair_dryer: ['power', 400, 3680],
  // Regulation (EU) 666/2013: below 900 W; old ones up to 2,400 W.
  vacuum_cleaner: ['power', 200, 2400],
  // 75 kgf·m/s is 735.49875 W by definition.
  metric_horsepower: ['power', 735, 736],
  data_centre_gpu: ['power', 150, 2000],
  candle: ['power', 30, 150],
  // A fifth of what the body uses at rest, which is 40 to 130 W from small women to large men.
  human_brain: ['power', 8, 30],
  human_at_rest: ['power', 40, 130],
  // Outside the air it is 1,361 W on a square metre.
  sunlight: ['power', 500, 1361],
  // Wh. A battery of 2,000 to 6,000 mAh at 3.8 V, from the battery to the wall.
  smartphone_charge: ['energy', 7, 30],
  aa_cell: ['energy', 0.8, 5],
  // Aeroplanes take no more than 100 Wh.
  laptop_battery: ['energy', 20, 100],
  home_battery: ['energy', 3000, 30_000],
  // 1,000 to 15,000 kWh a year.
  household_day: ['energy', 2700, 41_000],
  // Hydrocarbons have 42 to 47 MJ/kg and 0.7 to 0.9 kg/l.
  fuel_litre: ['energy', 8000, 11_000],
  // Air and tyres at 15 to 25 km/h.
  e_bike_km: ['energy', 3, 20],
  electric_car_km: ['energy', 100, 350],
  train_passenger_km: ['energy', 15, 200],
  // 0.6 to 1.3 kcal for a kilometre and a kilogram, 50 to 100 kg.
  walk_km: ['energy', 25, 120],
  // 50 to 100 kg, 100 to 830 m.
  tower_climb: ['energy', 14, 230],
  // 4.186 kJ/(kg·K) over at most 100 K, at 60 to 100 %.
  litre_boiled: ['energy', 80, 195],
  // 20 to 150 litres by 20 to 30 K.
  shower: ['energy', 460, 5300],
  dishwasher_cycle: ['energy', 400, 2500],
  oven_use: ['energy', 200, 3000],
  // 333.6 kJ/kg.
  ice_melted: ['energy', 92, 94],
  // 40 to 160 kcal.
  fruit: ['energy', 46, 190],
  // 3 to 8 g at 4 kcal.
  sugar_lump: ['energy', 14, 37],
  pastry: ['energy', 120, 700],
  // 200 to 500 g at 2.3 to 3 kcal.
  bread_loaf: ['energy', 530, 1750],
  // 1,200 to 4,000 kcal.
  day_of_food: ['energy', 1400, 4700],
  ai_prompt: ['energy', 0.03, 2],
  web_search: ['energy', 0.03, 2],
  streaming_hour: ['energy', 10, 400],
  // 2 MW for 15 to 40 % of the year.
  wind_turbine_year: ['energy', 2.6e9, 7e9],
  // gCO2e. 3 to 12 l per 100 km at 2.3 to 3.1 kg, and the vehicle.
  car_km_carbon: ['carbon', 60, 450],
  electric_car_km_carbon: ['carbon', 20, 250],
  train_km_carbon: ['carbon', 1, 25],
  flight_km_carbon: ['carbon', 70, 500],
  beef_meal_carbon: ['carbon', 2000, 15_000],
  vegetarian_meal_carbon: ['carbon', 150, 1500],
  bottled_water_carbon: ['carbon', 80, 700],
  streaming_hour_carbon: ['carbon', 5, 200],
  smartphone_charge_carbon: ['carbon', 5, 25],
  // 0.63 to 0.75 kg of carbon in a litre, times 44/12.
  fuel_litre_carbon: ['carbon', 2100, 2800],
  tree_year_carbon: ['carbon', 1000, 40_000],
  grid_kwh_low_carbon: ['carbon', 10, 150],
  // From wind and water alone to coal alone.
  grid_kwh_world: ['carbon', 300, 900],
  // 3 to 20 t a year.
  person_day_carbon: ['carbon', 8000, 55_000],
  bread_price: ['cost', 0.5, 3],
  stamp_price: ['cost', 0.5, 4],
  tap_water_price: ['cost', 0.0015, 0.02],
} as const satisfies Record<string, Bounds>;

export type Subject = keyof typeof BOUNDS;

export const subjects = Object.keys(BOUNDS) as [Subject, ...Subject[]];

/** What is implausible about a row's figures, in words; undefined when nothing is. Rows without a subject have no bounds. */
export function implausible({ kind, unit, value, subject }: Pick<CatalogueRow, 'kind' | 'unit' | 'value' | 'subject'>): string | undefined {
  const { lower = value.typical, typical, upper = value.typical } = value;
  if (lower > typical || typical > upper) return `lower, typical and upper are not in order (${lower}, ${typical}, ${upper})`;
  if (subject === undefined) return undefined;
  const [wanted, min, max] = BOUNDS[subject];
  if (wanted !== kind) return `${subject} is of kind ${wanted}, not ${kind}`;
  const outside = [typical, lower, upper].find((figure) => figure < min || figure > max);
  return outside === undefined ? undefined : `${outside} ${unit} is not plausible for ${subject}, which takes ${min} to ${max} ${unit}`;
}
