import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { nodeProblem, OLDEST_NODE } from '../../../src/cli/node-version.ts';
import { repoPath } from '../../support/command-line.ts';

describe('the version of Node', () => {
  it.each(['24.12.0', '24.21.0', '25.0.0', process.versions.node])('%s will do', (version) => {
    expect(nodeProblem(version, '/usr/bin/node')).toBeUndefined();
  });

  it.each(['20.20.2', '22.22.0', '24.11.1'])('%s is too old', (version) => {
    expect(nodeProblem(version, '/usr/bin/node')).toBe(
      `Node 24.12 or newer is needed, and /usr/bin/node is ${version}; put a newer one before it in the PATH`,
    );
  });

  it('is the one that npm is told', () => {
    const { engines } = JSON.parse(readFileSync(repoPath('package.json'), 'utf8')) as { engines: { node: string } };
    expect(engines.node).toBe(`>=${OLDEST_NODE}`);
  });
});
