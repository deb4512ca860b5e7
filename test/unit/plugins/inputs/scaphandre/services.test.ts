import { describe, expect, it } from 'vitest';
import { compileServices } from '../../../../../src/plugins/inputs/scaphandre/services.ts';

describe('a rule on the command line', () => {
  const services = compileServices([{ name: 'wiki', cmdline: 'java.*xwiki' }]);

  it('sees what stands behind a long class path', () => {
    expect(services(new Map([['cmdline', `java-cp${'/opt/lib/some.jar:'.repeat(500)}org.xwiki.Main`]]))).toEqual(['wiki']);
  });

  it('is not held up by a command line of megabytes that is made to', () => {
    expect(services(new Map([['cmdline', 'java'.repeat(500_000)]]))).toEqual([]);
  });
});
