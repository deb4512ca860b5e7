import { expect, it } from 'vitest';
import { labelSet } from '../../../../src/formats/remote-write/label-set.ts';
import { requestLines } from '../../../../src/formats/remote-write/lines.ts';
import { RequestWriter, sampleGroup } from '../../../../src/formats/remote-write/request-writer.ts';

it('a request reads as line protocol: name, labels, value and time, and nothing of what that has no word for', () => {
  const writer = new RequestWriter();
  const power = sampleGroup(
    labelSet('energy_watts', [
      ['host', 'kvm 0'],
      ['scope', 'a=b,c'],
    ]).bytes,
  );
  writer.append(power, 1_760_000_000_123, 1.5);
  writer.append(power, 1_760_000_001_000, Number.NaN);
  writer.append(power, 1_760_000_001_000, Infinity);
  writer.append(power, 1_760_000_002_000, Number.NaN, true);
  writer.append(sampleGroup(labelSet('up', []).bytes), -1, 0);
  expect(requestLines(writer.take()).toString()).toBe(
    'energy_watts,host=kvm\\ 0,scope=a\\=b\\,c value=1.5 1760000000123000000\nup value=0 -1000000\n',
  );
});

it('bytes that are no request are refused', () => {
  expect(() => requestLines(Buffer.from('cpu v=1\n'))).toThrow('remote write');
});
