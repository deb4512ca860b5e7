/** Which system it is: the files in /etc that distributions say it in, asked in the order in which Telegraf's library asks. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

export interface Platform {
  readonly platform: string;
  readonly family: string;
  readonly version: string;
}

type Texts = (file: string) => string;

interface Named {
  readonly platform: string;
  readonly version: string;
}

/** The first file that is there and not empty decides. */
const READERS: readonly (readonly [file: string, read: (text: string, texts: Texts) => Named])[] = [
  ['oracle-release', (text) => ({ platform: 'oracle', version: redHatVersion(text) })],
  ['enterprise-release', (text) => ({ platform: 'oracle', version: redHatVersion(text) })],
  ['slackware-version', (text) => ({ platform: 'slackware', version: text.trim().toLowerCase().replace('slackware ', '') })],
  ['debian_version', readDebian],
  ['neokylin-release', readRedHat],
  ['redhat-release', readRedHat],
  ['system-release', readRedHat],
  ['gentoo-release', (text) => ({ platform: 'gentoo', version: redHatVersion(text) })],
  ['SuSE-release', readSuse],
  ['arch-release', (_text, texts) => ({ platform: 'arch', version: variable(texts('lsb-release'), 'DISTRIB_RELEASE') })],
  ['alpine-release', (text) => ({ platform: 'alpine', version: firstLine(text) })],
  ['os-release', (text) => ({ platform: variable(text, 'ID'), version: variable(text, 'VERSION_ID') })],
];

/** Of these DISTRIB_ID in `lsb-release` says which one it is. */
const DEBIANS: Readonly<Record<string, string>> = {
  Ubuntu: 'ubuntu',
  LinuxMint: 'linuxmint',
  Kylin: 'Kylin',
  'Cumulus Linux': 'cumuluslinux',
  uos: 'uos',
  Deepin: 'Deepin',
};

const FAMILIES: Readonly<Record<string, readonly string[]>> = {
  debian: ['debian', 'raspbian', ...Object.values(DEBIANS)],
  rhel: [
    'oracle',
    'centos',
    'redhat',
    'scientific',
    'enterpriseenterprise',
    'amazon',
    'xenserver',
    'cloudlinux',
    'ibm_powerkvm',
    'rocky',
    'almalinux',
  ],
  suse: ['suse', 'opensuse', 'opensuse-leap', 'opensuse-tumbleweed', 'opensuse-tumbleweed-kubic', 'sles', 'sled', 'caasp'],
};
const OWN_FAMILIES = new Set(['fedora', 'gentoo', 'slackware', 'arch', 'exherbo', 'alpine', 'coreos', 'solus', 'neokylin', 'anolis']);

/** Empty texts where nothing says. */
export async function readPlatform(etc: string): Promise<Platform> {
  const files = ['lsb-release', ...READERS.map(([file]) => file)];
  const read = await Promise.all(files.map(async (file) => [file, await readFile(join(etc, file), 'utf8').catch(() => '')] as const));
  const texts = new Map(read);
  const textOf: Texts = (file) => texts.get(file) ?? '';
  const found = READERS.find(([file]) => textOf(file) !== '');
  const { platform, version } = found === undefined ? { platform: '', version: '' } : found[1](textOf(found[0]), textOf);
  return { platform, family: familyOf(platform), version };
}

function familyOf(platform: string): string {
  const family = Object.keys(FAMILIES).find((name) => FAMILIES[name].includes(platform));
  return family ?? (OWN_FAMILIES.has(platform) ? platform : '');
}

function readDebian(text: string, texts: Texts): Named {
  const lsb = texts('lsb-release');
  const id = variable(lsb, 'DISTRIB_ID');
  if (Object.hasOwn(DEBIANS, id)) return { platform: DEBIANS[id], version: variable(lsb, 'DISTRIB_RELEASE') };
  return { platform: variable(texts('os-release'), 'ID') === 'raspbian' ? 'raspbian' : 'debian', version: firstLine(text) };
}

function readRedHat(text: string): Named {
  const lower = text.trim().toLowerCase();
  return { platform: lower.includes('red hat') ? 'redhat' : lower.split(' ', 1)[0], version: redHatVersion(text) };
}

function redHatVersion(text: string): string {
  const lower = text.toLowerCase();
  if (lower.includes('rawhide')) return 'rawhide';
  return /release (\w[\d.]*)/.exec(lower)?.[1] ?? '';
}

function readSuse(text: string): Named {
  const version = /VERSION = ([\d.]+)/.exec(text)?.[1] ?? '';
  const level = /PATCHLEVEL = (\d+)/.exec(text)?.[1];
  return {
    platform: text.toLowerCase().includes('opensuse') ? 'opensuse' : 'suse',
    version: level === undefined ? version : `${version}.${level}`,
  };
}

function firstLine(text: string): string {
  return text.split('\n', 1)[0].trim();
}

/** `NAME=value` or `NAME="value"`; empty where it is not. */
function variable(text: string, name: string): string {
  return new RegExp(`^${name}=["']?([^"'\\n]*)`, 'm').exec(text)?.[1] ?? '';
}
