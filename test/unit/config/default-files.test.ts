import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { defaultFiles } from '../../../src/config/default-files.ts';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'wattbridge-default-'));
});
afterEach(() => rm(folder, { recursive: true }));

async function put(name: string): Promise<string> {
  const path = join(folder, name);
  await mkdir(join(path, '..'), { recursive: true });
  await writeFile(path, '');
  return path;
}

describe('when no configuration is named', () => {
  it("Telegraf's places are looked at, one after the other", async () => {
    const etc = join(folder, 'etc');
    const home = join(folder, 'home');
    const find = (named?: string) => defaultFiles({ HOME: home, TELEGRAF_CONFIG_PATH: named }, etc);

    expect(await find()).toEqual([]);
    const part = await put('etc/telegraf.d/b.conf');
    expect(await find()).toEqual([part]);
    const main = await put('etc/telegraf.conf');
    const first = await put('etc/telegraf.d/a/x.conf');
    expect(await find()).toEqual([main, first, part]);
    const ofUser = await put('home/.telegraf/telegraf.conf');
    expect(await find()).toEqual([ofUser]);
    const named = await put('named.conf');
    expect(await find(named)).toEqual([named]);
    expect(await find('https://config.example/telegraf.conf')).toEqual(['https://config.example/telegraf.conf']);
    expect(await find('')).toEqual([ofUser]);
  });

  it('a file that the environment names must be there', async () => {
    await put('etc/telegraf.conf');
    expect(await defaultFiles({ TELEGRAF_CONFIG_PATH: join(folder, 'nope.conf') }, join(folder, 'etc'))).toMatchObject({
      subject: join(folder, 'nope.conf'),
      message: 'there is no such file',
      hint: 'the environment variable TELEGRAF_CONFIG_PATH names it',
    });
  });
});
