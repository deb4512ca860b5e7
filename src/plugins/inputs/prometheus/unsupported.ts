/** Telegraf's options that name targets or ways to them which Wattbridge does not have: named at load, instead of left out without a word. */
import { z } from 'zod';

const DISCOVERY = 'Wattbridge does not ask Kubernetes, Consul or HTTP for targets; name them in urls, or in the files of file_sd';
const PROTOCOL = 'the way in is by the Content-Type of the answer; remove it';
const ACCESS = 'Wattbridge has basic and bearer authentication, http_headers and TLS certificates, and goes to targets directly';

const REASONS: Readonly<Record<string, readonly string[]>> = {
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
  [ACCESS]: ['use_system_proxy', 'http_proxy_url', 'client_id', 'client_secret', 'token_url', 'cookie_auth_url'],
};

function refused(reason: string): z.ZodType {
  return z
    .unknown()
    .refine((value) => value === undefined, `Telegraf has this option, Wattbridge has not: ${reason}`)
    .optional()
    .describe('Of Telegraf; refused at load.');
}

/** One option for each; none of them ever has a value, so the type says nothing of them. */
export const unsupportedOptions: object = Object.fromEntries(
  Object.entries(REASONS).flatMap(([reason, names]) => names.map((name) => [name, refused(reason)])),
);
