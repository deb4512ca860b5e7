/** The plugins that Telegraf has, so that a `telegraf.conf` that uses one Wattbridge lacks is told so, and not that it is misspelt. */
import type { PluginGroup } from './plugin-groups.ts';

// From plugins/*/all of github.com/influxdata/telegraf (1.40), with the names it removed since 1.14 that old files still use.
const NAMES: Readonly<Record<PluginGroup, string>> = {
  inputs: `activemq aerospike aliyuncms amd_rocm_smi amqp_consumer apache apcupsd aurora azure_monitor azure_storage_queue
    bcache beanstalkd beat bind bond burrow cassandra ceph cgroup chrony cisco_telemetry_gnmi cisco_telemetry_mdt clickhouse
    cloud_pubsub cloud_pubsub_push cloudwatch cloudwatch_metric_streams conntrack consul consul_agent couchbase couchdb cpu csgo
    ctrlx_datalayer dcos directory_monitor disk diskio disque dmcache dns_query docker docker_log dovecot dpdk
    ecs elasticsearch elasticsearch_query ethtool eventhub_consumer exec execd fail2ban fibaro file filecount filestat
    fireboard firehose fluentd fritzbox github gnmi google_cloud_storage graylog haproxy hddtemp http http_listener http_listener_v2
    http_response httpjson huebridge hugepages icinga2 infiniband influxdb influxdb_listener influxdb_v2_listener
    intel_baseband intel_dlb intel_pmt intel_pmu intel_powerstat intel_rdt internal internet_speed interrupts
    ipmi_sensor ipset iptables ipvs jenkins jolokia jolokia2_agent jolokia2_proxy jti_openconfig_telemetry kafka_consumer
    kafka_consumer_legacy kapacitor kernel kernel_vmstat kibana kinesis_consumer knx_listener kube_inventory kubernetes
    lanz ldap leofs libvirt linux_cpu linux_sysctl_fs logparser logql logstash lustre2 lvm mailchimp marklogic mavlink
    mcrouter mdstat mem memcached mesos minecraft mock modbus mongodb monit mqtt_consumer multifile mysql
    nats nats_consumer neoom_beaam neptune_apex net net_response netflow netstat nfsclient nftables nginx nginx_plus nginx_plus_api nginx_sts
    nginx_upstream_check nginx_vts nomad nsd nsdp nsq nsq_consumer nstat ntpq nvidia_smi opcua opcua_listener openldap
    openntpd opensearch_query opensmtpd openstack opentelemetry openweathermap p4runtime passenger pf pgbouncer phpfpm ping
    postfix postgresql postgresql_extensible powerdns powerdns_recursor processes procstat prometheus prometheus_http promql proxmox
    puppetagent rabbitmq radius raindrops ras ravendb redfish redis redis_sentinel rethinkdb riak riemann_listener s7comm
    salesforce sensors sflow slab slurm smart smartctl snmp snmp_legacy snmp_trap socket_listener socketstat solr sql
    sqlserver stackdriver statsd supervisor suricata swap synproxy syslog sysstat system systemd_units tacacs tail
    tcp_listener teamspeak temp tengine timex tomcat trig turbostat twemproxy udp_listener unbound upsd uwsgi vault varnish vsphere
    webhooks whois win_eventlog win_perf_counters win_services win_wmi wireguard wireless x509_cert x509_crl xtremio zfs
    zipkin zookeeper`,
  processors: `aws_ec2 batch clone converter cumulative_sum date dedup defaults enum execd filepath filter ifname lookup noise override
    parser pivot port_name printer regex rename reverse_dns round s2geo scale snmp_lookup split starlark strings tag_limit
    template timestamp topk unpivot`,
  aggregators: 'basicstats derivative final histogram merge minmax quantile starlark valuecounter',
  outputs: `amon amqp application_insights arc azure_data_explorer azure_monitor bigquery clarify cloud_pubsub cloudwatch
    cloudwatch_logs cratedb datadog discard dynatrace elasticsearch event_hubs exec execd file graphite graylog groundwork
    health heartbeat http influxdb influxdb_v2 influxdb_v3 inlong instrumental iotdb kafka kinesis librato logzio loki
    microsoft_fabric mongodb mqtt nats nebius_cloud_monitoring newrelic nsq opensearch opentelemetry opentsdb parquet
    postgresql prometheus_client questdb quix redistimeseries remotefile riemann riemann_legacy sensu signalfx
    socket_writer sql stackdriver stomp sumologic syslog timestream warp10 wavefront websocket yandex_cloud_monitoring
    zabbix`,
};

const KNOWN = new Map(Object.entries(NAMES).map(([group, names]) => [group, new Set(names.split(/\s+/))]));

/** Whether Telegraf has this plugin, or once had it. */
export function isTelegrafPlugin(group: PluginGroup, id: string): boolean {
  return KNOWN.get(group)?.has(id) ?? false;
}

/** All that Telegraf has of a kind. */
export function telegrafPlugins(group: PluginGroup): readonly string[] {
  return [...(KNOWN.get(group) ?? [])];
}
