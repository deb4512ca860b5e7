import { expect, it } from 'vitest';
import { systemProxy } from '../../../../src/plugins/shared/system-proxy.ts';

const PROXY = 'http://proxy.lab.fr:3128';

function proxyFor(url: string, noProxy = '', env = {}): string {
  return systemProxy(url, ['url'], { HTTP_PROXY: PROXY, HTTPS_PROXY: `${PROXY}/tls`, NO_PROXY: noProxy, ...env });
}

it('is the one for the scheme, in capitals or small letters, with http:// if it names no scheme', () => {
  expect(proxyFor('http://influx.lab.fr:8086')).toBe(PROXY);
  expect(proxyFor('https://influx.lab.fr:8086')).toBe(`${PROXY}/tls`);
  expect(systemProxy('http://influx', [], { http_proxy: 'proxy:3128' })).toBe('http://proxy:3128');
  expect(systemProxy('https://influx', [], { http_proxy: PROXY, all_proxy: PROXY })).toBe('');
});

it('is none for this machine', () => {
  for (const host of ['localhost', '127.0.0.1', '127.8.9.1', '[::1]']) expect(proxyFor(`http://${host}:8086`)).toBe('');
  expect(proxyFor('http://128.0.0.1')).toBe(PROXY);
});

it.each([
  ['*', true],
  ['other.fr, lab.fr', true],
  ['LAB.FR', true],
  ['influx.lab.fr', true],
  ['influx.lab.fr:8086', true],
  ['influx.lab.fr:80', false],
  ['.lab.fr', true],
  ['*.lab.fr', true],
  ['.influx.lab.fr', false],
  ['b.fr', false],
  ['', false],
  [',,', false],
])('is none for http://influx.lab.fr:8086 with NO_PROXY=%s: %s', (noProxy, isDirect) => {
  expect(proxyFor('http://influx.lab.fr:8086', noProxy)).toBe(isDirect ? '' : PROXY);
});

it.each([
  ['http://10.1.2.3:8086', '10.0.0.0/8', true],
  ['http://11.1.2.3:8086', '10.0.0.0/8', false],
  ['http://10.1.2.3:8086', '10.1.2.3', true],
  ['http://10.1.2.3:8086', '10.1.2.3:8086', true],
  ['http://10.1.2.3:8086', '10.1.2.3:80', false],
  ['http://10.1.2.3:8086', '10.0.0.0/99', false],
  ['http://[fd00::7]:8086', 'fd00::/8', true],
  ['http://[fd00::7]:8086', 'fd00::7', true],
  ['http://[fd00::7]:8086', '[fd00::7]:8086', true],
  ['http://[fd00::7]:8086', '[fd00::7]:80', false],
  ['http://name:8086', '10.0.0.0/8', false],
])('for %s with NO_PROXY=%s: direct is %s', (url, noProxy, isDirect) => {
  expect(proxyFor(url, noProxy)).toBe(isDirect ? '' : PROXY);
});

it('says what is wrong where the environment names a proxy that speaks something else', () => {
  expect(() => proxyFor('http://influx', '', { HTTP_PROXY: 'socks5://proxy:1080' })).toThrow(
    'HTTP_PROXY in the environment is no http or https URL',
  );
});
