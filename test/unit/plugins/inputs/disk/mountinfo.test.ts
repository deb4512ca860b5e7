import { describe, expect, it } from 'vitest';
import { parseMountinfo } from '../../../../../src/plugins/inputs/disk/mountinfo.ts';

describe('parseMountinfo', () => {
  it('reads a mount, with and without optional fields', () => {
    const text = `36 35 98:0 / /mnt\\040a rw,noatime master:1 shared:2 - ext3 /dev/sda1 rw,errors=continue
22 27 0:21 / /proc rw,relatime - proc proc rw
`;
    expect(parseMountinfo(text)).toEqual([
      { device: '/dev/sda1', deviceId: '98:0', path: '/mnt a', type: 'ext3', options: ['rw', 'noatime'] },
      { device: 'proc', deviceId: '0:21', path: '/proc', type: 'proc', options: ['rw', 'relatime'] },
    ]);
  });

  it('names a bind mount by the device that was mounted before, and says what it is', () => {
    const text = `1 0 8:1 / / rw - ext4 /dev/sda1 rw
2 1 8:1 /srv/data /data rw,noexec - ext4 /dev/sda1 rw
3 1 8:2 /inner /other rw - ext4 /dev/sda2 rw
4 1 0:4 net:[4026532177] /run/netns/blue rw - nsfs nsfs rw
`;
    expect(parseMountinfo(text).map(({ device, options }) => [device, options])).toEqual([
      ['/dev/sda1', ['rw']],
      ['/dev/sda1', ['rw', 'noexec', 'bind']],
      ['/dev/sda2', ['rw', 'bind']],
      ['net:[4026532177]', ['rw']],
    ]);
  });

  it('takes a subvolume of btrfs for what it is', () => {
    const text = `1 0 0:30 /@home /home rw - btrfs /dev/sdb1 rw,subvolid=258,subvol=/@home
2 0 0:30 /@home/ada /ada rw - btrfs /dev/sdb1 rw,subvolid=258,subvol=/@home
`;
    expect(parseMountinfo(text).map(({ options }) => options.includes('bind'))).toEqual([false, true]);
  });

  it.each([
    ['rw', 'rw', 'rw'],
    ['ro', 'rw', 'ro'],
    ['rw', 'ro', 'ro'],
    ['nosuid,rw', 'rw', 'rw'],
    ['nosuid', 'ro', 'ro'],
  ])('a mount that is %s of a file system that is %s is %s', (mount, superblock, mode) => {
    const [{ options }] = parseMountinfo(`1 0 8:1 / / ${mount} - ext4 /dev/sda1 ${superblock}\n`);
    expect(options.filter((option) => option === 'rw' || option === 'ro')).toEqual([mode]);
  });

  it('leaves options alone that say neither', () => {
    expect(parseMountinfo('1 0 8:1 / / nosuid - ext4 /dev/sda1 x\n')[0].options).toEqual(['nosuid']);
    expect(parseMountinfo('1 0 8:1 / /x - ext4 /dev/sda1\n')[0].options).toEqual([]);
  });

  it.each(['x', '1 0 8:1 / / rw ext4', '1 0 8:1 / - ext4 /dev/sda1 rw', '1 0 8:1 / / rw - ext4'])('can make nothing of %j', (line) => {
    expect(() => parseMountinfo(`${line}\n`)).toThrow(`this is no mount: ${JSON.stringify(line)}`);
  });
});
