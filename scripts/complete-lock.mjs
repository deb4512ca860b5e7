/**
 * Adds to package-lock.json the optional packages of other platforms that npm left out: `npm run lock`, after `npm install`.
 *
 * npm leaves a platform's binary package out of the lock when the registry it asked has no copy (a filtered mirror), and
 * `npm ci` then refuses the lock everywhere. The entries written here hold what the parent package says (name, version)
 * and the platform that the name tells, so `npm ci` skips them on other platforms and can fetch them on their own.
 */
import { readFileSync, writeFileSync } from 'node:fs';

const LOCK = new URL('../package-lock.json', import.meta.url);
const SYSTEMS = new Set(['aix', 'android', 'darwin', 'freebsd', 'linux', 'netbsd', 'openbsd', 'openharmony', 'sunos', 'win32']);
const PROCESSORS = new Set(['arm', 'arm64', 'ia32', 'loong64', 'mips64el', 'ppc64', 'riscv64', 's390x', 'x64']);

const lock = JSON.parse(readFileSync(LOCK, 'utf8'));
const added = [];
for (const parent of Object.values(lock.packages)) {
  for (const [name, version] of Object.entries(parent.optionalDependencies ?? {})) {
    const path = `node_modules/${name}`;
    if (lock.packages[path] !== undefined) continue;
    lock.packages[path] = { version, ...platformOf(name), ...(parent.dev ? { dev: true } : {}), optional: true };
    added.push(`${name}@${version}`);
  }
}
if (added.length > 0) {
  const inOrder = Object.entries(lock.packages).toSorted(([a], [b]) => a.localeCompare(b, 'en'));
  writeFileSync(LOCK, `${JSON.stringify({ ...lock, packages: Object.fromEntries(inOrder) }, undefined, 2)}\n`);
}
console.log(added.length === 0 ? 'package-lock.json is complete' : `added to package-lock.json: ${added.join(', ')}`);

/** The `os` and `cpu` that a binary package's name tells: `binding-linux-arm64-musl` runs on linux, arm64. */
function platformOf(name) {
  const words = name.split(/[/-]/);
  const os = words.find((word) => SYSTEMS.has(word));
  const cpu = words.find((word) => PROCESSORS.has(word));
  if (os === undefined || cpu === undefined) {
    throw new Error(`${name}: not in package-lock.json, and its name tells no platform; install it by hand`);
  }
  return { cpu: [cpu], ...libcOf(words), os: [os] };
}

function libcOf(words) {
  if (words.includes('musl')) return { libc: ['musl'] };
  return words.includes('gnu') ? { libc: ['glibc'] } : {};
}
