/** Telegraf's options for HTTP that Wattbridge does not have. */
import { unsupportedOptions } from './unsupported-options.ts';

/** Of Telegraf's `plugins/common/oauth`. */
export const OAUTH_OPTIONS = ['client_id', 'client_secret', 'token_url', 'audience', 'scopes'] as const;

/** Of its `plugins/common/cookie`. */
export const COOKIE_OPTIONS = [
  'cookie_auth_url',
  'cookie_auth_method',
  'cookie_auth_username',
  'cookie_auth_password',
  'cookie_auth_headers',
  'cookie_auth_body',
  'cookie_auth_renewal',
] as const;

/** Of its `plugins/common/http`: those of Go's own connections. */
export const CONNECTION_OPTIONS = ['max_idle_conn', 'max_idle_conn_per_host', 'idle_conn_timeout', 'response_header_timeout'] as const;

/** Those of outputs, for a plugin's schema. */
export function unsupportedHttpOptions(): object {
  return unsupportedOptions({
    'Wattbridge has basic authentication, headers and TLS certificates': [
      ...OAUTH_OPTIONS,
      'google_application_credentials',
      ...COOKIE_OPTIONS,
      'region',
      'aws_service',
      'access_key',
      'secret_key',
      'token',
      'role_arn',
      'web_identity_token_file',
      'role_session_name',
      'profile',
      'shared_credential_file',
    ],
    'one connection is kept between requests; remove it': CONNECTION_OPTIONS,
    'the system chooses the address to send from; remove it': ['local_address'],
  });
}
