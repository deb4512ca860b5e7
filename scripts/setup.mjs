/**
 * Makes a clone ready to run, or to test with `--test`: the dependencies, and for tests the Debian servers. Says nothing
 * when nothing is to be done. Plain JavaScript without imports from node_modules: it runs on Node 20 before anything is there.
 */
import { spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const BIN = join(ROOT, 'node_modules', '.bin');
const PINNED_NODE = join(BIN, 'node');

/** The Debian package of each program that the tests run. */
const TEST_PROGRAMS = {
  influxd: 'influxdb',
  influx: 'influxdb-client',
  prometheus: 'prometheus',
  promtool: 'prometheus',
  'prometheus-alertmanager': 'prometheus-alertmanager',
  'prometheus-node-exporter': 'prometheus-node-exporter',
  'victoria-metrics': 'victoria-metrics',
  'redis-server': 'redis-server',
  chromium: 'chromium',
};

/** Installs without starting the services: tests start their own, on free ports, and a stranger's machine gets no new daemon. */
const INSTALL = `
policy=/usr/sbin/policy-rc.d
if [ ! -e $policy ]; then
  printf '#!/bin/sh\\nexit 101\\n' > $policy && chmod +x $policy
  trap 'rm -f $policy' EXIT
fi
export DEBIAN_FRONTEND=noninteractive
apt-get -qq -o DPkg::Lock::Timeout=300 update
apt-get -qq -y -o DPkg::Lock::Timeout=300 install "$@" > /dev/null
`;

// npm puts node_modules/.bin first in PATH. What runs here must not live in the folder that `npm ci` is about to replace.
const PATH = (process.env.PATH ?? '').split(delimiter).filter((folder) => !folder.endsWith(join('node_modules', '.bin')));

installDependencies();
if (process.argv.includes('--test')) installTestPrograms();

function installDependencies() {
  if (isInstalled() && pinnedNodeRuns()) return;
  if (!isInstalled()) {
    console.error('wattbridge: installing the dependencies (npm ci), about half a minute');
    if (!run('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'])) {
      fail('npm ci failed (its words are above); put that right, then run it in this folder');
    }
  }
  // The package `node` fetches the binary in its install script, which `ignore-scripts` in somebody's .npmrc keeps from running.
  if (!pinnedNodeRuns()) run('npm', ['rebuild', 'node', 'esbuild', '--ignore-scripts=false', '--loglevel=error']);
  if (!pinnedNodeRuns()) fail('node_modules/.bin/node does not run; remove node_modules, then run: npm ci');
}

/** Whether npm wrote node_modules after package-lock.json last changed. */
function isInstalled() {
  const written = modifiedMs(join(ROOT, 'node_modules', '.package-lock.json'));
  return written !== undefined && written >= (modifiedMs(join(ROOT, 'package-lock.json')) ?? 0);
}

function modifiedMs(path) {
  return existsSync(path) ? statSync(path).mtimeMs : undefined;
}

function pinnedNodeRuns() {
  return existsSync(PINNED_NODE) && spawnSync(PINNED_NODE, ['--version']).status === 0;
}

function installTestPrograms() {
  const missing = Object.keys(TEST_PROGRAMS).filter((program) => !isOnPath(program));
  if (missing.length === 0) return;
  const packages = [...new Set(missing.map((program) => TEST_PROGRAMS[program]))];
  const asRoot = waysToRoot();
  if (asRoot === undefined || !isOnPath('apt-get')) {
    fail(`the tests need ${missing.join(', ')}; on Debian run: sudo apt-get update && sudo apt-get install -y ${packages.join(' ')}`);
  }
  console.error(`wattbridge: installing what the tests run (${packages.join(', ')}), about a minute`);
  const [command, ...args] = [...asRoot, 'sh', '-ec', INSTALL, 'sh', ...packages];
  if (!run(command, args)) fail(`apt-get failed (its words are above); the tests need the packages ${packages.join(' ')}`);
  const still = missing.filter((program) => !isOnPath(program));
  if (still.length > 0) fail(`installed ${packages.join(', ')}, but ${still.join(', ')} still can't be found in PATH`);
}

/** The words to put before a command to run it as root: none for root, `sudo -n` where it asks no password; undefined: no way. */
function waysToRoot() {
  if (process.getuid?.() === 0) return [];
  return spawnSync('sudo', ['-n', 'true']).status === 0 ? ['sudo', '-n'] : undefined;
}

function isOnPath(program) {
  return PATH.some((folder) => isExecutable(join(folder, program)));
}

function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false; // the answer, not a failure: not there, or not ours to run
  }
}

/** Runs a command with its words going to standard error, since standard output belongs to what npm runs next. */
function run(command, args) {
  return spawnSync(command, args, { cwd: ROOT, stdio: ['ignore', 2, 2], env: { ...process.env, PATH: PATH.join(delimiter) } }).status === 0;
}

function fail(message) {
  console.error(`wattbridge: ${message}`);
  process.exit(1);
}
