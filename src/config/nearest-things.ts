/**
 * What here does the work of a plugin or a data format that only Telegraf has: one sentence for those that people often have. Plugins
 * are named as `inputs.prometheus`; a sentence that names one there is not is not said.
 */
import type { PluginSchemas } from './pipeline-config.ts';
import { isPluginGroup, type PluginGroup } from './plugin-groups.ts';

type Sentences = Readonly<Record<string, string>>;

/** The same sentence for several. */
function all(ids: string, sentence: string): Sentences {
  return Object.fromEntries(ids.split(/\s+/).map((id) => [id, sentence]));
}

const exporter = (name: string) => `run ${name} and scrape it with inputs.prometheus`;

const INPUTS: Sentences = {
  ...all('docker ecs', 'scrape cAdvisor, or Scaphandre with --containers for watts, with inputs.prometheus'),
  ...all('kubernetes kube_inventory', 'scrape the kubelet, kube-state-metrics or Kepler with inputs.prometheus'),
  ...all('procstat libvirt proxmox', 'inputs.scaphandre tells what each process, service or virtual machine uses'),
  ...all('nvidia_smi', exporter('dcgm-exporter')),
  ...all('amd_rocm_smi', exporter("AMD's device-metrics-exporter")),
  ...all('ipmi_sensor redfish', exporter('ipmi_exporter or redfish_exporter')),
  ...all('smart smartctl', exporter('smartctl_exporter')),
  ...all('snmp snmp_legacy', exporter('snmp_exporter')),
  ...all('modbus', exporter('modbus_exporter')),
  ...all(
    'sensors temp hddtemp linux_cpu netstat nstat conntrack kernel_vmstat interrupts mdstat zfs nfsclient wireless ethtool systemd_units chrony ntpq timex infiniband slab bcache',
    exporter('node_exporter, which has it too,'),
  ),
  ...all('turbostat intel_rdt intel_pmu', 'inputs.intel_powerstat reads the same processors'),
  ...all('apcupsd upsd', exporter('nut_exporter or apcupsd_exporter')),
  ...all('mysql', exporter('mysqld_exporter')),
  ...all('postgresql postgresql_extensible pgbouncer', exporter('postgres_exporter')),
  ...all('redis redis_sentinel', exporter('redis_exporter')),
  ...all('mongodb', exporter('mongodb_exporter')),
  ...all('elasticsearch', exporter('elasticsearch_exporter')),
  ...all('memcached', exporter('memcached_exporter')),
  ...all('nginx nginx_plus nginx_plus_api nginx_vts', exporter('nginx-prometheus-exporter')),
  ...all('apache', exporter('apache_exporter')),
  ...all('jolokia2_agent jolokia2_proxy', exporter('jmx_exporter')),
  ...all('ping net_response http_response dns_query x509_cert tcp_listener', exporter('blackbox_exporter')),
  ...all('vsphere', exporter('vmware_exporter')),
  ...all('win_perf_counters win_services win_wmi', exporter('windows_exporter')),
  ...all(
    'haproxy rabbitmq zookeeper influxdb consul consul_agent vault clickhouse nomad',
    'it serves them for Prometheus itself: scrape it with inputs.prometheus',
  ),
  ...all('http_listener', 'inputs.influxdb_listener is what Telegraf calls it now'),
  ...all('http httpjson', 'inputs.exec with curl reads it, in any of its data formats'),
  ...all('mqtt_consumer', 'inputs.execd with mosquitto_sub -t … reads it'),
  ...all('kafka_consumer kafka_consumer_legacy', 'inputs.execd with kcat -C -t … reads it'),
  ...all('nats_consumer', 'inputs.execd with nats subscribe … --raw reads it'),
  ...all('amqp_consumer', 'inputs.execd with amqp-consume reads it'),
  ...all('statsd', exporter('statsd_exporter')),
  ...all('collectd', exporter('collectd_exporter')),
  ...all('logparser docker_log directory_monitor multifile', 'inputs.tail follows files and reads each line'),
  ...all('prometheus_http promql', 'inputs.prometheus scrapes what that Prometheus scrapes'),
  ...all('opentelemetry', 'its Collector writes to inputs.influxdb_listener with its influxdb exporter'),
  ...all('mock', 'inputs.replay plays a recording'),
};

const PROCESSORS: Sentences = {
  ...all(
    'lookup ifname snmp_lookup port_name s2geo aws_ec2 timestamp',
    'processors.starlark can do it, with a table of its own as constants',
  ),
  ...all('cumulative_sum', 'processors.energy adds up watts and joules; processors.starlark adds up anything'),
  ...all('round noise batch', 'processors.starlark does it in three lines'),
  ...all('parser', 'inputs.file, inputs.tail and inputs.exec read the format where it comes in: data_format'),
  ...all('execd', 'processors.starlark runs within; a program of its own can push to inputs.influxdb_listener'),
};

const OUTPUTS: Sentences = {
  ...all('influxdb_v3', 'outputs.influxdb_v2 writes to its /api/v2/write'),
  ...all('questdb', 'outputs.influxdb writes to its /write'),
  ...all('prometheus_client', 'outputs.prometheus_remote_write sends to a Prometheus started with --web.enable-remote-write-receiver'),
  ...all(
    'kafka mqtt nats amqp nsq loki elasticsearch opensearch logzio mongodb kinesis cloudwatch_logs',
    'outputs.http sends JSON to Vector or Fluent Bit, which hand it on',
  ),
  ...all(
    'opentelemetry datadog newrelic dynatrace cloudwatch stackdriver azure_monitor signalfx',
    'outputs.influxdb writes to an OpenTelemetry Collector with the influxdb receiver, which hands it on',
  ),
  ...all(
    'exec execd socket_writer websocket syslog',
    'outputs.http sends to a program that listens, outputs.file to one that reads a file',
  ),
  ...all('health', 'agent.admin_address serves /healthz and /readyz'),
};

const NEAREST: Readonly<Record<PluginGroup, Sentences>> = { inputs: INPUTS, processors: PROCESSORS, aggregators: {}, outputs: OUTPUTS };

/** Of any input that is not in the list. */
const ANY_INPUT = 'leave it to a Telegraf that pushes here, to inputs.influxdb_listener';

/** What to use instead of a plugin; undefined when nothing is known, or what is known is not there. */
export function nearestThing(group: PluginGroup, id: string, schemas: PluginSchemas): string | undefined {
  const sentences = NEAREST[group];
  const own = Object.hasOwn(sentences, id) ? sentences[id] : undefined;
  return [own, group === 'inputs' ? ANY_INPUT : undefined].find((sentence) => sentence !== undefined && areThere(sentence, schemas));
}

/** All sentences, for a test that every plugin they name can be there. */
export function nearestSentences(): readonly string[] {
  return [...Object.values(NEAREST).flatMap((sentences) => Object.values(sentences)), ANY_INPUT];
}

/** The plugins that a sentence names, as `inputs.prometheus`. */
export function namedPlugins(sentence: string): { readonly group: PluginGroup; readonly id: string }[] {
  return [...sentence.matchAll(/\b([a-z]+)\.([a-z_0-9]+)\b/g)].flatMap(([, group, id]) => (isPluginGroup(group) ? [{ group, id }] : []));
}

function areThere(sentence: string, schemas: PluginSchemas): boolean {
  return namedPlugins(sentence).every(({ group, id }) => schemas[group].has(id));
}

const FORMATS: Sentences = {
  ...all('json_v2 xpath_json', 'json reads one object or a list of them: json_query, tag_keys, json_name_key'),
  ...all('prometheusremotewrite', 'outputs.prometheus_remote_write sends it'),
  ...all('grok logfmt', 'read the lines with a program (exec, execd) that prints influx'),
  ...all(
    'xml xpath_xml xpath_msgpack xpath_cbor xpath_protobuf avro binary msgpack opentelemetry',
    'let a program (exec, execd) turn it into json or influx',
  ),
  ...all('value', 'csv with csv_column_names reads a single value'),
  ...all('graphite collectd dropwizard nagios wavefront opentsdb form_urlencoded', 'let a program (exec, execd) turn it into influx'),
  ...all('carbon2 nowmetric splunkmetric cloudevents template', 'write influx or json, and turn it into that where it arrives'),
};

/** What to use instead of a data format; undefined when nothing is known. */
export function nearestFormat(id: string): string | undefined {
  return Object.hasOwn(FORMATS, id) ? FORMATS[id] : undefined;
}
