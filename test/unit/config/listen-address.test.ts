import { describe, expect, it } from 'vitest';
import { isLoopback, listenAddressText, parseListenAddress } from '../../../src/config/listen-address.ts';

describe('a listen address', () => {
  it.each([
    ['127.0.0.1:8186', { host: '127.0.0.1', port: 8186 }],
    ['[::1]:8186', { host: '::1', port: 8186 }],
    ['localhost:0', { host: 'localhost', port: 0 }],
    [':8186', { host: '', port: 8186 }],
  ])('reads %s', (text, address) => {
    expect(parseListenAddress(text)).toEqual(address);
    expect(listenAddressText(address)).toBe(text);
  });

  it.each([
    ['tcp://:8186', { host: '', port: 8186 }],
    ['tcp://0.0.0.0:8186', { host: '0.0.0.0', port: 8186 }],
    ['tcp4://localhost:1', { host: 'localhost', port: 1 }],
  ])('takes the scheme that Telegraf allows: %s', (text, address) => {
    expect(parseListenAddress(text)).toEqual(address);
  });

  it.each([
    '',
    '8186',
    '127.0.0.1',
    '127.0.0.1:',
    '127.0.0.1:65536',
    '127.0.0.1:8186/write',
    'a:b',
    'a b:1',
    '::1:8186',
    '[:::]:1',
    '[x]:1',
    '[1.2.3.4]:5',
    'http://a:1',
  ])('refuses "%s"', (text) => {
    expect(parseListenAddress(text)).toBeUndefined();
  });

  it.each([
    ['127.0.0.1', true],
    ['127.8.8.8', true],
    ['::1', true],
    ['localhost', true],
    ['', false],
    ['0.0.0.0', false],
    ['::', false],
    ['192.168.122.1', false],
    ['127.0.0.1.example.org', false],
    ['127.example.org', false],
  ])('on "%s": reachable from this machine only is %s', (host, expected) => {
    expect(isLoopback({ host, port: 1 })).toBe(expected);
  });
});
