import { z } from 'zod';

export const DiskioOptions = z.strictObject({
  devices: z
    .array(z.string())
    .default([])
    .describe(
      'Devices to read: `sda`, `/dev/disk/by-id/…`; `*`, `?` and `[…]` match several names, or links below /dev such as `disk/by-label/*`. Empty: all.',
    ),
  device_tags: z.array(z.string()).default([]).describe("Properties of udev's that become tags: `ID_FS_TYPE`, `ID_MODEL`."),
  name_templates: z
    .array(z.string())
    .default([])
    .describe(
      "Names to give devices, made of udev's properties: `$ID_FS_LABEL`, `${DM_VG_NAME}/${DM_LV_NAME}`. The first counts of which all are known.",
    ),
  skip_serial_number: z.boolean().default(true).describe('False: a tag `serial`.'),
});
export type DiskioConfig = z.output<typeof DiskioOptions>;
