/**
 * Remote write as a `telegraf.conf` has it: `outputs.http` with `data_format = "prometheusremotewrite"` and the headers of the protocol. Here
 * it is an output of its own, so such a table is read as `outputs.prometheus_remote_write`.
 */
import { find, type MapEntry, type MapNode } from './node.ts';
import type { WrittenPlugin } from './sections.ts';

const FORMAT = 'prometheusremotewrite';

/** Our names of what Telegraf's output calls otherwise. */
const RENAMED: Readonly<Record<string, string>> = { http_proxy_url: 'http_proxy', prometheus_string_as_label: 'string_as_label' };

/** What is not needed here, and why. */
const NOT_NEEDED: Readonly<Record<string, string>> = {
  data_format: 'is what this output sends',
  use_batch_format: 'has no effect here: samples are sent together',
  content_encoding: 'has no effect here: the protocol says snappy',
  prometheus_sort_metrics: 'has no effect here: samples are in order',
  non_retryable_statuscodes: 'has no effect here: samples that the receiver refuses become dead letters, and hold up nothing',
};

/** Headers that the protocol fixes. */
const PROTOCOL = new Set(['content-type', 'content-encoding', 'user-agent', 'x-prometheus-remote-write-version']);

/** The plugin as it is to be read here, which for any other is as it is written. */
export function readRemoteWrite(plugin: WrittenPlugin): WrittenPlugin {
  const { group, id, options } = plugin;
  if (group !== 'outputs' || id !== 'http' || textAt(options, 'data_format') !== FORMAT) return plugin;
  const leftOut = new Map<string, string>();
  const entries = new Map<string, MapEntry>();
  for (const [key, entry] of options.entries) {
    const reason = reasonToLeaveOut(key, options);
    if (reason !== undefined) leftOut.set(key, reason);
    entries.set(Object.hasOwn(RENAMED, key) ? RENAMED[key] : key, key === 'headers' ? withoutProtocol(entry) : entry);
  }
  const message = `data_format "${FORMAT}" is read as the output prometheus_remote_write`;
  return { ...plugin, id: 'prometheus_remote_write', options: { ...options, entries }, writtenAs: { id, message, leftOut } };
}

function reasonToLeaveOut(key: string, options: MapNode): string | undefined {
  if (Object.hasOwn(NOT_NEEDED, key)) return NOT_NEEDED[key];
  if (key === 'method' && textAt(options, key)?.toUpperCase() === 'POST') return 'has no effect here: the protocol says POST';
  const { node } = find(options, [key]);
  const isProtocol = key === 'headers' && node?.kind === 'map' && [...node.entries.keys()].every(isFixed);
  return isProtocol ? 'are set by this output' : undefined;
}

/** The other headers; all of them where there is none, to be left out as they are. */
function withoutProtocol({ value, keyLocation }: MapEntry): MapEntry {
  if (value.kind !== 'map') return { value, keyLocation };
  const others = [...value.entries].filter(([name]) => !isFixed(name));
  return { keyLocation, value: others.length === 0 ? value : { ...value, entries: new Map(others) } };
}

function isFixed(header: string): boolean {
  return PROTOCOL.has(header.toLowerCase());
}

function textAt(options: MapNode, key: string): string | undefined {
  const { node } = find(options, [key]);
  return node?.kind === 'scalar' && typeof node.value === 'string' ? node.value : undefined;
}
