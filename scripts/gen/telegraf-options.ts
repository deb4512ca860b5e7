/**
 * The options of Telegraf 1.40's plugins, for the table of compatibility, but those of data formats and the common ones. Names as in our
 * own tables: `replace[].dest`. From the samples in its documentation (plugins/…/sample.conf).
 */
import type { PluginGroup } from '../../src/config/plugin-groups.ts';

const NAME_OPTIONS = 'name_override name_prefix name_suffix tags';
const SERVER_TLS =
  'tls_cert tls_key tls_key_pwd tls_allowed_cacerts tls_allowed_dns_names tls_cipher_suites tls_min_version tls_max_version';
const CLIENT_TLS = 'tls_ca tls_cert tls_key tls_key_pwd tls_server_name tls_min_version insecure_skip_verify';
const OAUTH = 'client_id client_secret token_url audience scopes';
const COOKIES =
  'cookie_auth_url cookie_auth_method cookie_auth_username cookie_auth_password cookie_auth_headers cookie_auth_body cookie_auth_renewal';
const CONNECTIONS =
  'max_idle_conn max_idle_conn_per_host idle_conn_timeout response_header_timeout use_system_proxy http_proxy_url local_address';
const SCRIPT = 'source script constants';
const INFLUX = 'influx_max_line_bytes influx_sort_fields influx_uint_support influx_omit_timestamp';

const OPTIONS: Readonly<Record<PluginGroup, Readonly<Record<string, string>>>> = {
  inputs: {
    cpu: 'percpu totalcpu collect_cpu_time report_active core_tags',
    disk: 'mount_points ignore_fs ignore_mount_opts trace_filters',
    diskio: 'devices skip_serial_number device_tags name_templates',
    exec: 'commands command environment timeout ignore_error log_stderr',
    execd: 'command environment signal restart_delay stop_on_error buffer_size',
    file: 'files character_encoding file_tag file_path_tag',
    http: `urls method headers body content_encoding token token_file username password timeout success_status_codes ${OAUTH} ${COOKIES} ${CONNECTIONS} ${CLIENT_TLS}`,
    http_listener_v2: `service_address network socket_mode paths path_tag methods http_headers http_success_code read_timeout write_timeout max_body_size data_source basic_username basic_password http_header_tags ${SERVER_TLS}`,
    influxdb_listener: `service_address read_timeout write_timeout max_body_size database_tag retention_policy_tag basic_username basic_password token_shared_secret token_username parser_type ${SERVER_TLS}`,
    influxdb_v2_listener: `service_address max_undelivered_metrics read_timeout write_timeout max_body_size bucket_tag token parser_type use_internal_statistics ${SERVER_TLS}`,
    intel_powerstat: 'package_metrics cpu_metrics included_cpus excluded_cpus event_definitions msr_read_timeout',
    internal: 'collect_memstats collect_gostats per_instance',
    kernel: 'collect',
    mem: 'collect_extended',
    net: 'interfaces ignore_protocol_stats',
    processes: 'force_ps force_proc use_sudo',
    prometheus: `urls metric_version url_tag ignore_timestamp content_type_override content_length_limit enable_request_metrics kubernetes_services kube_config monitor_kubernetes_pods monitor_kubernetes_pods_method monitor_kubernetes_pods_scheme monitor_kubernetes_pods_port monitor_kubernetes_pods_path monitor_kubernetes_pods_namespace pod_scrape_scope pod_scrape_interval pod_namespace_label_name node_ip kubernetes_label_selector kubernetes_field_selector namespace_annotation_pass namespace_annotation_drop pod_annotation_include pod_annotation_exclude pod_label_include pod_label_exclude cache_refresh_interval consul http_service_discovery bearer_token bearer_token_string username password http_headers timeout response_timeout ${OAUTH} ${COOKIES} ${CONNECTIONS} ${CLIENT_TLS}`,
    socket_listener: `service_address socket_mode max_connections read_timeout read_buffer_size keep_alive_period content_encoding max_decompression_size allowed_sources splitting_strategy splitting_delimiter splitting_length splitting_length_field ${SERVER_TLS}`,
    swap: '',
    system: 'include',
    tail: 'files from_beginning initial_read_offset pipe watch_method max_undelivered_lines character_encoding path_tag filters multiline',
  },
  processors: {
    clone: NAME_OPTIONS,
    converter:
      'tags.measurement tags.string tags.integer tags.unsigned tags.boolean tags.float tags.timestamp tags.timestamp_format fields.measurement fields.tag fields.float fields.integer fields.unsigned fields.boolean fields.string fields.timestamp fields.timestamp_format fields.base64_ieee_float32',
    date: 'tag_key field_key date_format date_offset timezone',
    dedup: 'dedup_interval',
    defaults: 'fields tags',
    enum: 'mapping[].tag mapping[].tags mapping[].field mapping[].fields mapping[].dest mapping[].default mapping[].value_mappings',
    filter: 'default rule[].name rule[].tags rule[].fields rule[].action',
    override: NAME_OPTIONS,
    pivot: 'tag_key value_key',
    printer: INFLUX,
    regex: ['tags', 'fields', 'tag_rename', 'field_rename', 'metric_rename']
      .flatMap((section) => ['pattern', 'replacement'].map((option) => `${section}[].${option}`))
      .concat('tags[].key', 'fields[].key', 'tags[].result_key', 'fields[].result_key', 'tags[].append')
      .concat('fields[].append', 'tag_rename[].result_key', 'field_rename[].result_key')
      .join(' '),
    rename: 'replace[].measurement replace[].tag replace[].field replace[].dest',
    scale:
      'scaling[].input_minimum scaling[].input_maximum scaling[].output_minimum scaling[].output_maximum scaling[].factor scaling[].offset scaling[].fields',
    split: 'drop_original template[].name template[].tags template[].fields',
    starlark: SCRIPT,
    strings: [
      ...stringOperation('lowercase'),
      ...stringOperation('uppercase'),
      ...stringOperation('titlecase'),
      ...stringOperation('trim', 'cutset'),
      ...stringOperation('trim_left', 'cutset'),
      ...stringOperation('trim_right', 'cutset'),
      ...stringOperation('trim_prefix', 'prefix'),
      ...stringOperation('trim_suffix', 'suffix'),
      ...stringOperation('replace', 'old', 'new'),
      ...stringOperation('left', 'width'),
      ...stringOperation('base64decode'),
      ...stringOperation('valid_utf8', 'replacement'),
    ].join(' '),
    tag_limit: 'limit keep',
    template: 'tag template',
    topk: 'period k group_by fields aggregation bottomk add_groupby_tag add_rank_fields add_aggregate_fields',
    unpivot: 'use_fieldname_as tag_key value_key',
  },
  aggregators: {
    basicstats: 'stats',
    derivative: 'suffix variable max_roll_over',
    final: 'output_strategy series_timeout keep_original_field_names',
    histogram: 'reset cumulative expiration_interval push_only_on_update config[].measurement_name config[].fields config[].buckets',
    merge: 'round_timestamp_to',
    minmax: '',
    quantile: 'quantiles algorithm compression',
    starlark: SCRIPT,
    valuecounter: 'fields',
  },
  outputs: {
    discard: '',
    file: 'files use_batch_format rotation_interval rotation_max_size rotation_max_archives compression_algorithm compression_level',
    http: `url method timeout username password headers content_encoding use_batch_format non_retryable_statuscodes google_application_credentials region aws_service access_key secret_key token role_arn web_identity_token_file role_session_name profile shared_credential_file ${OAUTH} ${COOKIES} ${CONNECTIONS} ${CLIENT_TLS}`,
    influxdb: `urls local_address database database_tag exclude_database_tag skip_database_creation retention_policy retention_policy_tag exclude_retention_policy_tag write_consistency timeout username password user_agent udp_payload http_proxy http_headers content_encoding influx_uint_support influx_omit_timestamp ${CLIENT_TLS}`,
    influxdb_v2: `urls local_address token organization bucket bucket_tag exclude_bucket_tag timeout http_headers http_proxy user_agent content_encoding influx_uint_support influx_omit_timestamp ping_timeout read_idle_timeout rate_limit rate_limit_period concurrent_writes ${CLIENT_TLS}`,
    prometheus_client: `listen path metric_version expiration_interval string_as_label export_timestamp name_sanitization collectors_exclude ip_range basic_username basic_password read_timeout write_timeout http_headers prometheus_metric_types ${SERVER_TLS}`,
  },
};

function stringOperation(name: string, ...more: readonly string[]): string[] {
  return ['measurement', 'tag', 'tag_key', 'field', 'field_key', 'dest', ...more].map((option) => `${name}[].${option}`);
}

/** Telegraf's options of a plugin; undefined for one that Telegraf has not. */
export function telegrafOptions(group: PluginGroup, id: string): readonly string[] | undefined {
  const text = Object.hasOwn(OPTIONS[group], id) ? OPTIONS[group][id] : undefined;
  return text?.split(' ').filter((name) => name !== '');
}

/** Telegraf's options of its agent. */
export const TELEGRAF_AGENT_OPTIONS: readonly string[] =
  `interval round_interval metric_batch_size metric_buffer_limit collection_jitter collection_offset flush_interval flush_jitter precision debug quiet
   logformat logfile structured_log_message_key logfile_rotation_interval logfile_rotation_max_size logfile_rotation_max_archives log_with_timezone
   hostname omit_hostname snmp_translator statefile always_include_local_tags always_include_global_tags skip_processors_after_aggregators
   skip_processors_before_aggregators config_url_retry_attempts buffer_strategy buffer_directory buffer_disk_sync`.split(/\s+/);

const FILTERS =
  'namepass namepass_separator namedrop namedrop_separator tagpass tagdrop metricpass fieldinclude fieldpass pass fieldexclude fielddrop drop taginclude tagexclude';
const COMMON = `alias log_level labels ${FILTERS}`;

/** Telegraf's options of every plugin of a kind. */
export const TELEGRAF_COMMON_OPTIONS: Readonly<Record<PluginGroup, readonly string[]>> = {
  inputs:
    `${COMMON} interval precision collection_jitter collection_offset time_source startup_error_behavior name_override name_prefix name_suffix tags`.split(
      ' ',
    ),
  processors: `${COMMON} order`.split(' '),
  aggregators: `${COMMON} period delay grace drop_original name_override name_prefix name_suffix tags`.split(' '),
  outputs:
    `${COMMON} flush_interval flush_jitter metric_buffer_limit metric_batch_size name_override name_prefix name_suffix startup_error_behavior`.split(
      ' ',
    ),
};
