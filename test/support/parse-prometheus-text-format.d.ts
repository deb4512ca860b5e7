/** The library ships no types; these are what it gives for counters, gauges and untyped metrics. */
declare module 'parse-prometheus-text-format' {
  export interface Family {
    readonly name: string;
    readonly help: string;
    readonly type: string;
    readonly metrics: readonly { readonly value: string; readonly labels?: Readonly<Record<string, string>> }[];
  }
  // oxlint-disable-next-line import/no-default-export -- it is the library's
  export default function parsePrometheusTextFormat(text: string): Family[];
}
