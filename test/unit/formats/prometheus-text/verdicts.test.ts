import { describe, expect, it } from 'vitest';
import { ExpositionParser } from '../../../../src/formats/prometheus-text/parse.ts';
import { VERDICTS } from '../../../support/exposition.ts';

// What Prometheus itself says of the same texts: test/integration/formats/prometheus-verdicts.test.ts.
describe('the parser of expositions takes and refuses', () => {
  it.each(VERDICTS.map((verdict) => ({ ...verdict, name: `${verdict.dialect} ${JSON.stringify(verdict.text.toString())}` })))(
    '$name',
    ({ dialect, text, refused }) => {
      const answer = new ExpositionParser().parse(Buffer.from(text), dialect);

      expect(answer.ok ? undefined : `${answer.line}:${answer.column}`).toBe(refused);
    },
  );
});
