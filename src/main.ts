#!/usr/bin/env node
import { setFlagsFromString } from 'node:v8';
import { runCommandLine } from './cli/program.ts';

// Bodies and payloads live outside V8's heap. By default every 64 MB of them start a full collection, a dozen a second under
// load, which costs a quarter of the CPU time of a push; so they are to count as part of the heap, which grows before it is
// collected.
setFlagsFromString('--external-memory-accounted-in-global-limit');

/** How long what is still open after the last word may hold the process: nobody waits for it any more. */
const LINGER_MS = 500;

process.exitCode = await runCommandLine(process.argv.slice(2));
setTimeout(() => process.exit(), LINGER_MS).unref();
