/** Static checks, and the udev rule's own command on a made-up zone: there is no systemd where the tests run. */
import { execFileSync } from 'node:child_process';
import { readFileSync, statSync } from 'node:fs';
import { chmod } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { UDEV_RULE, waysToRead } from '../../../src/plugins/shared/powercap.ts';
import { repoPath } from '../../support/command-line.ts';
import { FakePowercap } from '../../support/powercap.ts';

const text = (name: string): string => readFileSync(repoPath(join('systemd', name)), 'utf8');

/** What is set in a unit, without comments; of a key that comes several times the last. */
const unit = Object.fromEntries([...text('wattbridge.service').matchAll(/^(\w+)=(.*)$/gm)].map(([, key, value]) => [key, value]));

describe('the files for systemd', () => {
  it('have the very rule that the error message has, for the group that the unit runs in and sysusers makes', () => {
    expect(text('70-powercap.rules').split('\n')).toContain(UDEV_RULE);
    expect(waysToRead()[0]).toContain(UDEV_RULE);
    const group = /chgrp (\w+) /.exec(UDEV_RULE)?.[1];
    expect(unit['SupplementaryGroups']).toBe(group);
    expect(text('wattbridge.sysusers').split('\n')).toEqual(
      expect.arrayContaining([`g ${group} -`, expect.stringContaining(`u ${unit['User']} - `), `m ${unit['User']} ${group}`]),
    );
  });

  it('start a bridge without any privilege, that may keep its state and has the time to send what is queued', () => {
    expect(unit).toMatchObject({
      CapabilityBoundingSet: '',
      NoNewPrivileges: 'yes',
      ProtectSystem: 'strict',
      StateDirectory: 'wattbridge',
    });
    expect(unit['MemoryDenyWriteExecute']).toBeUndefined();
    expect(unit['RestartPreventExitStatus']).toBe('2 78');
  });

  it("let the group read a zone's counter, and nobody else", async () => {
    const powercap = await FakePowercap.create();
    await powercap.write('intel-rapl:0', { name: 'package-0', energy_uj: 1 });
    const file = join(powercap.folder('intel-rapl:0'), 'energy_uj');
    await chmod(file, 0o400);
    const group = `${process.getgid?.() ?? 0}`;
    const command = /RUN\+="\/bin\/sh -c '(.*)'"/.exec(UDEV_RULE)?.[1] ?? '';
    execFileSync('/bin/sh', ['-c', command.replaceAll('/sys%p', powercap.folder('intel-rapl:0')).replace('powercap', group)]);

    expect(statSync(file).mode & 0o777).toBe(0o440);
    await powercap.close();
  });
});
