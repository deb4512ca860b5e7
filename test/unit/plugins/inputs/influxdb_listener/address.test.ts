import { describe, expect, it } from 'vitest';
import { addressText, isLoopback, parseAddress } from '../../../../../src/plugins/inputs/influxdb_listener/address.ts';

describe('parseAddress', () => {
  it.each([
    ['127.0.0.1:8186', { host: '127.0.0.1', port: 8186 }],
    [':8186', { host: undefined, port: 8186 }],
    ['tcp://:8186', { host: undefined, port: 8186 }],
    ['tcp://0.0.0.0:8186', { host: '0.0.0.0', port: 8186 }],
    ['tcp4://localhost:1', { host: 'localhost', port: 1 }],
    ['[::1]:8186', { host: '::1', port: 8186 }],
    ['bridge.example:0', { host: 'bridge.example', port: 0 }],
  ])('reads %s', (text, address) => {
    expect(parseAddress(text)).toEqual(address);
  });

  it.each(['8186', 'localhost', '127.0.0.1:65536', '::1:8186', '[x]:1', 'http://x:1', 'a:b', '', '127.0.0.1:8186/write'])(
    'refuses "%s"',
    (text) => {
      expect(parseAddress(text)).toBeUndefined();
    },
  );

  it('writes what it reads', () => {
    for (const text of ['127.0.0.1:8186', ':8186', '[::1]:8186']) {
      const address = parseAddress(text);
      expect(address && addressText(address)).toBe(text);
    }
  });
});

describe('isLoopback', () => {
  it.each([
    ['127.0.0.1', true],
    ['127.8.8.8', true],
    ['::1', true],
    ['localhost', true],
    [undefined, false],
    ['0.0.0.0', false],
    ['::', false],
    ['192.168.1.1', false],
    ['127.example.org', false],
  ])('%s: %s', (host, expected) => {
    expect(isLoopback({ host, port: 1 })).toBe(expected);
  });
});
