import { ConfigError } from '../../../config/diagnostics.ts';
import { defineInput } from '../../../pipeline/plugin.ts';
import { parseAddress, type Address } from './address.ts';
import { checkOptions, PrometheusOptions } from './config.ts';
import { Job } from './job.ts';
import { urlTarget } from './target.ts';
import { UrlScrapes } from './url-scrapes.ts';

/**
 * Telegraf's plugin, and with `job` what Prometheus does instead: one point per series and scrape, named by its field, at the time
 * of the scrape to the millisecond. Unlike Telegraf it asks for protobuf only where it is told to, and refuses an exposition whole that
 * is not valid.
 */
export const prometheus = defineInput({
  id: 'prometheus',
  summary: 'Scrapes what Prometheus can scrape (node_exporter, Kepler, any exporter): as Telegraf does, or with `job` as Prometheus does.',
  schema: PrometheusOptions,
  example: `inputs:
  - prometheus:
      interval: 15s
      urls: ["http://127.0.0.1:9100/metrics"]
      job: node
`,
  sample: `prometheus,cpu=0,host=kvm-0,instance=127.0.0.1:9100,job=node,mode=idle node_cpu_seconds_total=627.82 1796070072023796875
prometheus,host=kvm-0,instance=127.0.0.1:9100,job=node node_load1=1.42 1796070072023796875
`,
  create(config, context) {
    checkOptions(config, context.intervalMs);
    const addresses = config.urls.map(checkedAddress);
    const { job } = config;
    if (job === undefined) return new UrlScrapes(addresses, config, context);
    return new Job(
      job,
      addresses.map((address) => urlTarget(address, job)),
      config,
      context,
    );
  },
});

function checkedAddress(url: string, index: number): Address {
  const address = parseAddress(url);
  if (address !== undefined) return address;
  throw new ConfigError(`"${url}" can't be scraped; write for example http://127.0.0.1:9100/metrics`, ['urls', index]);
}
