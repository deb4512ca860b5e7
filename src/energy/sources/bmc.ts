/** Power as a server's management controller (BMC) measures it: IPMI and Redfish, by Telegraf or by an exporter. */
import { defaultMaxWatts, PROMETHEUS, type Source, type SourceFacts } from './source.ts';

const base = {
  where: {},
  unit: 'W',
  reading: 'instantaneous',
  scope: 'wall',
  resolution: 1,
  maxWatts: defaultMaxWatts('wall'),
  wrapsAt: undefined,
  limit: undefined,
} as const;

function about(tool: string, lies = 'refreshed by the controller as it likes, from 1 s to 1 min; off by up to 5 %'): SourceFacts {
  return {
    tool,
    overlaps: 'all of the machine; the sum of its power supplies',
    leavesOut: 'nothing of the machine; the cooling of the room',
    lies,
  };
}

/**
 * Names that vendors give the sensor of the whole machine, best first: where a machine has several, they say the same. Other sensors in
 * watts are of parts, and must not be added to it.
 */
const IPMI_TOTALS = ['sys_power', 'total_power', 'power_meter', 'instantaneous_power_reading', 'pwr_consumption', 'system_level'];

const ipmi: readonly Source[] = [
  ...IPMI_TOTALS.map((name, index) => ({
    ...base,
    name: 'ipmi',
    measurement: 'ipmi_sensor',
    field: 'value',
    where: { unit: 'watts', name },
    identity: ['name', 'unit', 'status_code', 'status_desc', 'entity_id'],
    omit: ['name', 'unit', 'status_code', 'status_desc', 'entity_id'],
    preference: IPMI_TOTALS.length - index,
    about: about('IPMI (Telegraf ipmi_sensor)'),
  })),
  {
    ...base,
    name: 'ipmi',
    measurement: PROMETHEUS,
    field: 'ipmi_dcmi_power_consumption_watts',
    identity: [],
    about: about('IPMI (ipmi_exporter)'),
  },
];

/** Power supplies are a source of their own, since together they are what the power control says. */
const REDFISH: readonly (readonly [source: string, measurement: string, field: string, tool: string])[] = [
  ['redfish', 'redfish_power_powercontrol', 'power_consumed_watts', 'Redfish (Telegraf redfish)'],
  ['redfish_psu', 'redfish_power_powersupplies', 'power_input_watts', 'Redfish (Telegraf redfish)'],
  ['redfish', PROMETHEUS, 'idrac_power_control_consumed_watts', 'Redfish (idrac_exporter)'],
  ['redfish_psu', PROMETHEUS, 'idrac_power_supply_input_watts', 'Redfish (idrac_exporter)'],
  ['redfish', PROMETHEUS, 'redfish_chassis_power_average_consumed_watts', 'Redfish (redfish_exporter)'],
  ['redfish_psu', PROMETHEUS, 'redfish_chassis_power_powersupply_power_input_watts', 'Redfish (redfish_exporter)'],
];

const redfish: readonly Source[] = REDFISH.map(([name, measurement, field, tool]) => ({
  ...base,
  name,
  measurement,
  field,
  identity: ['id', 'name', 'member_id', 'state', 'health', 'chassis_id', 'power_supply', 'power_supply_id', 'resource'],
  about: about(tool),
}));

export const bmc: readonly Source[] = [...ipmi, ...redfish];
