import { describe, expect, it } from 'vitest';
import { scaphandre } from '../../../../../src/plugins/inputs/scaphandre/plugin.ts';
import { testContext } from '../../../../support/context.ts';

function create(options: object, context = testContext()) {
  return scaphandre.create(scaphandre.schema.parse(options), context);
}

describe('the options of scaphandre', () => {
  it('need something to gather', () => {
    expect(() => create({})).toThrow('there is nothing to gather; add urls, shares or files');
  });

  it.each(['kvm-0', 'ftp://kvm-0', ''])('refuse "%s", which is no URL to scrape', (url) => {
    expect(() => create({ urls: [url] })).toThrow(`"${url}" is no URL; write for example http://kvm-0:8080`);
  });

  it('refuse systemd units of other machines, which nobody here can know', () => {
    const services = [{ unit: '*.service' }];
    expect(() => create({ urls: ['http://kvm-0:8080'], services })).toThrow('units are known of this machine only');
    expect(() => create({ urls: ['http://kvm-0:8080', 'http://localhost:8080'], services })).not.toThrow();
  });

  it.each([
    [{ name: 'a' }, 'a service needs exe, container, unit or vm; or a name and a cmdline'],
    [{ cmdline: 'java' }, 'a service needs exe, container, unit or vm; or a name and a cmdline'],
    [{ name: 'a', cmdline: '(' }, 'is no regular expression'],
    [{ name: 'a', exe: 'x', port: 1 }, 'Unrecognized key: \\"port\\"'],
  ])('refuse the service %o', (service, message) => {
    expect(() => create({ urls: ['http://kvm-0'], services: [service] })).toThrow(message);
  });

  it('refuse a glob that can not be read, at its place', () => {
    expect(() => create({ urls: ['http://kvm-0'], services: [{ exe: '[a' }] })).toThrow('services.0.exe');
  });

  it('warn of an interval at which Scaphandre repeats itself', () => {
    const context = { ...testContext(), intervalMs: 2000 };
    create({ urls: ['http://kvm-0'] }, context);
    expect(context.logged).toEqual([
      { level: 'warn', message: expect.stringContaining('use an interval of 3s or more'), details: undefined },
    ]);
  });
});
