/**
 * Answers, in the two forms of InfluxDB's API: version 1 says `{"error": …}`, version 2 `{"code": …, "message": …}`; both repeat
 * the text in the header `X-Influxdb-Error`. Clients read these, so nothing is refused in another form.
 */
import { jsonAnswer, type Answer, type Refusal } from '../listener/answer.ts';

export type Api = 'v1' | 'v2';

/** What Telegraf's listener calls itself; clients ask for it to learn which API they meet. */
const VERSION_HEADERS = { 'X-Influxdb-Version': '1.0', 'X-Influxdb-Build': 'wattbridge' } as const;

/** Version 2's names for statuses (`pkg/errors` of influxdata/influxdb); whatever else is `invalid`. */
const CODES: Readonly<Record<number, string>> = {
  401: 'unauthorized',
  404: 'not found',
  405: 'method not allowed',
  413: 'request too large',
  429: 'too many requests',
  500: 'internal error',
  503: 'unavailable',
};

/** Longer texts are cut in the header: proxies refuse headers of more than 8 KiB. */
const MAX_HEADER_TEXT = 1024;

/** The same answer with what every one of InfluxDB's has. */
export function influxAnswer(answer: Answer): Answer {
  return { ...answer, headers: { ...VERSION_HEADERS, ...answer.headers } };
}

/** The answer that tells of a refusal. */
export function refusalAnswer(api: Api, { status, message, headers, close }: Refusal): Answer {
  const value = api === 'v1' ? { error: message } : { code: CODES[status] ?? 'invalid', message };
  const answer = jsonAnswer(status, value);
  return influxAnswer({ ...answer, headers: { ...answer.headers, ...headers, 'X-Influxdb-Error': headerText(message) }, close });
}

/** What may stand in a header: printable ASCII. A client's own text comes back in these. */
function headerText(text: string): string {
  return text.slice(0, MAX_HEADER_TEXT).replaceAll(/[^\x20-\x7e]/g, '?');
}
