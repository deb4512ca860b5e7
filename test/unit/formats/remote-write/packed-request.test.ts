import fc from 'fast-check';
import { uncompressSync } from 'snappy';
import { describe, expect, it } from 'vitest';
import { labelSet } from '../../../../src/formats/remote-write/label-set.ts';
import { packRequest, snappyRequest, unpackedLength, unpackRequest } from '../../../../src/formats/remote-write/packed-request.ts';
import { RequestWriter, sampleGroup } from '../../../../src/formats/remote-write/request-writer.ts';

/** A request of so many series; the labels of some make it longer than what a snappy block may refer back to. */
function requestOf(series: number, labelLength: number): Buffer {
  const writer = new RequestWriter();
  for (let at = 0; at < series; at++) {
    const group = sampleGroup(labelSet(`metric_${at}`, [['host', 'kvm-0'.padEnd(labelLength, 'x')]]).bytes);
    writer.append(group, 1_760_000_000_000 + at, at / 7);
  }
  return Buffer.from(writer.take());
}

const request = fc
  .tuple(fc.integer({ min: 1, max: 300 }), fc.integer({ min: 5, max: 400 }))
  .map(([series, length]) => requestOf(series, length));

describe('a packed request', () => {
  it('comes back, joined or not, beside requests that an older version queued', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(request, fc.boolean()), { minLength: 1, maxLength: 5 }), (parts) => {
        const body = Buffer.concat(parts.map(([bytes, isOld]) => (isOld ? bytes : packRequest(bytes))));
        const whole = Buffer.concat(parts.map(([bytes]) => bytes));
        expect(unpackRequest(body).equals(whole)).toBe(true);
        expect(unpackedLength(body)).toBe(whole.length);
        expect((uncompressSync(snappyRequest(body)) as Buffer).equals(whole)).toBe(true);
      }),
      { numRuns: 50 },
    );
  });

  it('is a fraction of what it says', () => {
    const bytes = requestOf(1000, 40);
    expect(packRequest(bytes).length).toBeLessThan(bytes.length / 3);
  });

  it('refuses bytes that are cut off, or no request', () => {
    const packed = packRequest(requestOf(20, 10));
    for (let length = 1; length < packed.length; length++) {
      expect(() => unpackRequest(packed.subarray(0, length))).toThrow(/cut off/);
      expect(() => snappyRequest(packed.subarray(0, length))).toThrow(/cut off/);
    }
    expect(() => unpackRequest(Buffer.from('m value=1\n'))).toThrow('field tag 109 at byte 0 of what was queued');
    expect(() => unpackRequest(Buffer.concat([packed, Buffer.of(0)]))).toThrow(`at byte ${packed.length} of what was queued`);
  });
});
