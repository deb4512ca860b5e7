#!/usr/bin/env -S node --max-semi-space-size=8
// A small young generation, since memory matters here: decision 0141. It can only be set when Node starts.
import { setFlagsFromString } from 'node:v8';
import { keepEarlySignals } from './cli/early-signals.ts';
import { nodeProblem } from './cli/node-version.ts';

const problem = nodeProblem(process.versions.node, process.execPath);
if (problem !== undefined) {
  process.stderr.write(`wattbridge: ${problem}\n`);
  process.exit(1);
}

keepEarlySignals();
// What bodies and payloads take outside the heap goes up and down by more than the heap may grow before it is collected: decision 0141.
setFlagsFromString('--external-memory-accounted-in-global-limit');

/** How long what is still open after the last word may hold the process: nobody waits for it any more. */
const LINGER_MS = 500;

// Loaded only now: it takes some tenths of a second, in which signals may come.
const { runCommandLine } = await import('./cli/program.ts');
process.exitCode = await runCommandLine(process.argv.slice(2));
setTimeout(() => process.exit(), LINGER_MS).unref();
