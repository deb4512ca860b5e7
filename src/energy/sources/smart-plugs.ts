/** Meters between the wall and the machine. What they are called is up to who set them up, so measurements have fixed names here. */
import { defaultMaxWatts, type Source } from './source.ts';

const base = { where: {}, scope: 'wall', identity: [], maxWatts: defaultMaxWatts('wall'), wrapsAt: undefined, limit: undefined } as const;

const about = (tool: string, lies: string) => ({
  tool,
  overlaps: 'all that is plugged in',
  leavesOut: 'nothing of the machine; the cooling of the room',
  lies,
});

const RESETS = 'class 1 to 2 % of the reading; begins again at 0 after a factory reset';

/** Shelly's second generation (`switch:0`) and Tasmota (`tele/…/SENSOR`), their JSON flattened, read as `shelly` and `tasmota`. */
export const smartPlugs: readonly Source[] = [
  {
    ...base,
    name: 'shelly',
    measurement: 'shelly',
    field: 'aenergy_total',
    unit: 'Wh',
    reading: 'counter',
    preference: 1,
    resolution: 0.001,
    about: about('Shelly', RESETS),
  },
  {
    ...base,
    name: 'shelly',
    measurement: 'shelly',
    field: 'apower',
    unit: 'W',
    reading: 'instantaneous',
    resolution: 0.1,
    about: about('Shelly', RESETS),
  },
  // Its counter moves by whole watt-hours: at 10 s, and 50 W, once in seven readings. The power says more.
  {
    ...base,
    name: 'tasmota',
    measurement: 'tasmota',
    field: 'ENERGY_Power',
    unit: 'W',
    reading: 'instantaneous',
    preference: 1,
    resolution: 1,
    about: about('Tasmota', 'whole watts unless PowerRes is set'),
  },
  {
    ...base,
    name: 'tasmota',
    measurement: 'tasmota',
    field: 'ENERGY_Total',
    unit: 'kWh',
    reading: 'counter',
    resolution: 0.001,
    about: about('Tasmota', RESETS),
  },
];
