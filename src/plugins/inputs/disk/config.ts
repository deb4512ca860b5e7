import { z } from 'zod';

export const DiskOptions = z.strictObject({
  mount_points: z.array(z.string()).default([]).describe('Read only what is mounted exactly there: `/`, `/home`. Empty: everything.'),
  ignore_fs: z
    .array(z.string())
    .default([])
    .describe("Types of file systems to leave out. Telegraf's own file has `[tmpfs, devtmpfs, devfs, iso9660, overlay, aufs, squashfs]`."),
  ignore_mount_opts: z
    .array(z.string())
    .default([])
    .describe('Leave out what is mounted with one of these options, as `mount` shows them; `bind` stands for bind mounts.'),
});
export type DiskConfig = z.output<typeof DiskOptions>;
