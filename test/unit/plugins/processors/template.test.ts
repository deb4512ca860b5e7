import { describe, expect, it } from 'vitest';
import { ConfigError } from '../../../../src/config/diagnostics.ts';
import { Point } from '../../../../src/metric/point.ts';
import { template } from '../../../../src/plugins/processors/template/plugin.ts';
import { testContext } from '../../../support/context.ts';
import { parsePoint, parsePoints, process, toLines } from '../../../support/points.ts';
import { processed } from '../../../support/processed.ts';

const LINE = 'cpu,host=kvm-0 idle=97.5,n=3i,u=4u,on=true,s="x" 1760000000123456789';

/** The tag `t` that a template makes of `LINE`. */
function tagOf(text: string): string | undefined {
  const context = testContext();
  const processor = template.create(template.schema.parse({ tag: 't', template: text }), context);
  const [point] = process(processor, [parsePoint(context.interner, LINE)]);
  expect(context.logged).toEqual([]);
  return point.series.tag('t');
}

describe('template', () => {
  it.each([
    ['{{ .Name }}', 'cpu'],
    ['{{ .Tag "host" }}.{{ .Tag "none" }}', 'kvm-0.'],
    ['{{ .Tags }} {{ .TagList }}', 'map[host:kvm-0] map[host:kvm-0]'],
    ['{{ .Field "idle" }} {{ .Field "n" }} {{ .Field "u" }} {{ .Field "on" }} {{ .Field "s" }}', '97.5 3 4 true x'],
    ['{{ .Field "none" }}', '<no value>'],
    ['{{ .Fields }}', 'map[idle:97.5 n:3 on:true s:x u:4]'],
    ['{{ range $field, $value := .FieldList }}{{ $field }}={{ $value }};{{ end }}', 'idle=97.5;n=3;on=true;s=x;u=4;'],
    ['{{ .HasTag "host" }} {{ .HasField "none" }}', 'true false'],
    ['{{ .Time.UTC.Year }}', '2025'],
    ['{{ .Time.UnixNano }}', '1760000000123456789'],
    ['{{ . }}', 'cpu map[host:kvm-0] map[idle:97.5 n:3 on:true s:x u:4] 1760000000123456789'],
    ['{{ .String | len }}', '74'],
    ['{{ typeOf (.Field "n") }} {{ typeOf (.Field "u") }}', 'int64 uint64'],
    ['{{ if gt (.Field "idle") 90.0 }}idle{{ else }}busy{{ end }}', 'idle'],
  ])('%s: %s', (text, tag) => {
    expect(tagOf(text)).toBe(tag);
  });

  it('makes the name of the tag of a template too, replaces what is there, and removes a tag by an empty text', () => {
    const options = { tag: '{{ .Tag "as" }}', template: '{{ .Tag "value" }}' };
    expect(processed(template, options, 'm,as=x,value=1 v=1 1\nm,as=as,value=2 v=1 1\nm,as=value v=1 1\nm v=1 1')).toEqual([
      'm,as=x,value=1,x=1 v=1 1',
      'm,as=2,value=2 v=1 1',
      'm,as=value v=1 1',
      'm v=1 1',
    ]);
  });

  it('works out once per shape what asks for names and tags only, and keeps the bytes', () => {
    const context = testContext();
    const text = '{{ if .HasField "a" }}{{ .Name }}{{ else }}{{ .Field "b" }}{{ end }}';
    const processor = template.create(template.schema.parse({ tag: 't', template: text }), context);
    const [byShape, byPoint] = parsePoints(context.interner, 'm a=1 1\nm b=2 1\n');

    const binding = processor.bind(byShape.shape);
    const out: Point[] = [];
    if (typeof binding === 'function') binding(byShape, out);
    expect(out[0].source).toBe(byShape.source);
    expect(out[0].series.tag('t')).toBe('m');
    expect(toLines(context.interner, process(processor, [byPoint]))).toEqual(['m,t=2 b=2 1']);
  });

  it('asks for the time again for every point', () => {
    const context = testContext();
    const processor = template.create(template.schema.parse({ tag: 't', template: '{{ now.Unix }}' }), context);
    const point = parsePoint(context.interner, 'm v=1 1');
    const binding = processor.bind(point.shape);
    const out: Point[] = [];
    for (let step = 0; step < 2; step++) {
      context.clock.ms += 1000;
      if (typeof binding === 'function') binding(point, out);
    }
    expect(out.map(({ series }) => series.tag('t'))).toEqual(['1760000001', '1760000002']);
  });

  it.each([
    ['value', { tag: 't', template: '{{ .Field "v" | upper }}' }, 'failed to execute value template: template: value template:1:16: '],
    ['tag name', { tag: '{{ index .Tags 1 }}', template: 'x' }, 'failed to execute tag name template: template: tag template:1:3: '],
  ])('lets a metric pass as it is whose %s can not be made, and says where', (_name, options, message) => {
    const context = testContext();
    expect(processed(template, options, 'm v=1 1', context)).toEqual(['m v=1 1']);
    expect(context.logged).toEqual([{ level: 'error', message: expect.stringContaining(message) as string, details: undefined }]);
    expect(context.errors()).toBe(1);
  });

  it('refuses a template that can not be read, at its option, with its line and column', () => {
    const create = (options: object) => () => template.create(template.schema.parse(options), testContext());
    expect(create({ tag: '{{', template: 'x' })).toThrow(expect.objectContaining({ option: ['tag'] }));
    expect(create({ tag: 't', template: 'a\n{{ env "HOME" }}' })).toThrow(ConfigError);
    expect(create({ tag: 't', template: 'a\n{{ env "HOME" }}' })).toThrow(
      /^creating value template failed: template: value template:2: function "env" not defined: .* \(line 2, column 4 of the template\)$/,
    );
  });

  it('lets a staleness marker end what the last point became', () => {
    const context = testContext();
    const processor = template.create(template.schema.parse({ tag: 't', template: '{{ .Field "v" }}' }), context);
    const point = parsePoint(context.interner, 'm v=1 1');
    const marker = Point.stale(point.shape, 2, 0);
    const binding = processor.bind(point.shape);
    const out: Point[] = [];
    for (const one of [marker, point, marker]) if (typeof binding === 'function') binding(one, out);
    expect(out.map(({ stale, series }) => [stale, series.tag('t')])).toEqual([
      [true, undefined],
      [false, '1'],
      [true, '1'],
    ]);
  });
});
