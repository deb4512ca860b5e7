/** What the firmware says of the machine, from `/sys/class/dmi/id`. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fieldsOf, textField } from '../../shared/fields.ts';
import type { NewField } from '../../shared/make-point.ts';

/** Telegraf's fields and the kernel's files. */
const FILES = {
  bios_vendor: 'bios_vendor',
  bios_version: 'bios_version',
  bios_date: 'bios_date',
  board_vendor: 'board_vendor',
  board_product: 'board_name',
  board_version: 'board_version',
  board_serial: 'board_serial',
  board_asset_tag: 'board_asset_tag',
  chassis_vendor: 'chassis_vendor',
  chassis_type_code: 'chassis_type',
  chassis_version: 'chassis_version',
  chassis_serial: 'chassis_serial',
  chassis_asset_tag: 'chassis_asset_tag',
  product_vendor: 'sys_vendor',
  product_name: 'product_name',
  product_family: 'product_family',
  product_version: 'product_version',
  product_serial: 'product_serial',
  product_sku: 'product_sku',
  product_uuid: 'product_uuid',
} as const;

/** For what can't be read: serial numbers are root's alone, and a virtual machine may say nothing. */
const UNKNOWN = 'unknown';

/** The types of a chassis from 1 on (DMTF DSP0134, "System Enclosure or Chassis Types"), as Telegraf words them. */
const CHASSIS_TYPES = [
  'Other',
  'Unknown',
  'Desktop',
  'Low profile desktop',
  'Pizza box',
  'Mini tower',
  'Tower',
  'Portable',
  'Laptop',
  'Notebook',
  'Hand held',
  'Docking station',
  'All in one',
  'Sub notebook',
  'Space-saving',
  'Lunch box',
  'Main server chassis',
  'Expansion chassis',
  'SubChassis',
  'Bus Expansion chassis',
  'Peripheral chassis',
  'RAID chassis',
  'Rack mount chassis',
  'Sealed-case PC',
  'Multi-system chassis',
  'Compact PCI',
  'Advanced TCA',
  'Blade',
  'Blade enclosure',
  'Tablet',
  'Convertible',
  'Detachable',
  'IoT gateway',
  'Embedded PC',
  'Mini PC',
  'Stick PC',
];

export async function readDmi(sys: string): Promise<NewField[]> {
  const items = await Promise.all(Object.entries(FILES).map(async ([field, file]) => [field, await readItem(sys, file)] as const));
  const texts = Object.fromEntries(items);
  const type = CHASSIS_TYPES[Number(texts['chassis_type_code']) - 1] ?? UNKNOWN;
  return fieldsOf(textField, { ...texts, chassis_type: type });
}

async function readItem(sys: string, file: string): Promise<string> {
  try {
    return (await readFile(join(sys, 'class/dmi/id', file), 'utf8')).trim();
  } catch {
    return UNKNOWN;
  }
}
