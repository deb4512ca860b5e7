import { expect, it } from 'vitest';
import { emptySnapshot } from '../../../../../src/plugins/inputs/scaphandre/snapshot.ts';
import { Units } from '../../../../../src/plugins/inputs/scaphandre/units.ts';

const CGROUPS: Readonly<Record<string, string>> = {
  '/proc/1/cgroup': '0::/system.slice/nginx.service\n',
  '/proc/2/cgroup': '0::/user.slice/user-1000.slice/user@1000.service/app.slice/code.scope\n',
  '/proc/3/cgroup': '12:pids:/system.slice/cron.service\n1:name=systemd:/system.slice/cron.service\n',
  '/proc/4/cgroup': '0::/init\n',
};

/** The unit of each process id, after one look. */
async function unitsOf(units: Units, ...pids: readonly string[]): Promise<(string | undefined)[]> {
  const snapshot = emptySnapshot();
  for (const pid of pids) snapshot.processes.set(pid, { labels: new Map([['pid', pid]]), fields: new Map() });
  await units.label(snapshot);
  return [...snapshot.processes.values()].map(({ labels }) => labels.get('systemd_unit'));
}

it('finds the innermost unit of a process, in both kinds of cgroups', async () => {
  const units = new Units('/proc', (path) => (path in CGROUPS ? Promise.resolve(CGROUPS[path]) : Promise.reject(new Error('gone'))));
  expect(await unitsOf(units, '1', '2', '3', '4', '5')).toEqual(['nginx.service', 'code.scope', 'cron.service', undefined, undefined]);
});

it('looks at no other path, whatever a target says a process id is', async () => {
  const units = new Units('/proc', () => Promise.reject(new Error('must not be read')));
  expect(await unitsOf(units, '../../etc', '1/..', '')).toEqual([undefined, undefined, undefined]);
});
