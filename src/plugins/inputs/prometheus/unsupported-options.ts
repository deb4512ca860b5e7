import { CONNECTION_OPTIONS, COOKIE_OPTIONS, OAUTH_OPTIONS } from '../../shared/unsupported-http.ts';
import { unsupportedOptions } from '../../shared/unsupported-options.ts';

const DISCOVERY = 'Wattbridge does not ask Kubernetes, Consul or HTTP for targets; name them in urls, or in the files of file_sd';
const PROTOCOL = 'the way in is by the Content-Type of the answer; remove it';
const CONNECTIONS = 'connections are kept between scrapes; remove it';
const ACCESS = 'Wattbridge has basic and bearer authentication, http_headers and TLS certificates, and goes to targets directly';

/** Telegraf's options that name targets or ways to them which Wattbridge does not have. */
export const unsupportedPrometheusOptions = unsupportedOptions({
  [DISCOVERY]: [
    'kubernetes_services',
    'kube_config',
    'monitor_kubernetes_pods',
    'monitor_kubernetes_pods_method',
    'monitor_kubernetes_pods_scheme',
    'monitor_kubernetes_pods_port',
    'monitor_kubernetes_pods_path',
    'monitor_kubernetes_pods_namespace',
    'pod_scrape_scope',
    'pod_scrape_interval',
    'pod_namespace_label_name',
    'node_ip',
    'kubernetes_label_selector',
    'kubernetes_field_selector',
    'namespace_annotation_pass',
    'namespace_annotation_drop',
    'pod_annotation_include',
    'pod_annotation_exclude',
    'pod_label_include',
    'pod_label_exclude',
    'cache_refresh_interval',
    'consul',
    'http_service_discovery',
  ],
  [PROTOCOL]: ['content_type_override'],
  [CONNECTIONS]: CONNECTION_OPTIONS,
  [ACCESS]: ['use_system_proxy', 'http_proxy_url', 'local_address', ...OAUTH_OPTIONS, ...COOKIE_OPTIONS],
});
