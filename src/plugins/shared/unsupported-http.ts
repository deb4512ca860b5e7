import { unsupportedOptions } from './unsupported-options.ts';

/** Options of Telegraf's outputs over HTTP that there are not. */
export function unsupportedHttpOptions(): object {
  return unsupportedOptions({
    'Wattbridge has basic authentication, headers and TLS certificates': [
      'client_id',
      'client_secret',
      'token_url',
      'audience',
      'scopes',
      'google_application_credentials',
      'cookie_auth_url',
      'cookie_auth_method',
      'cookie_auth_username',
      'cookie_auth_password',
      'cookie_auth_headers',
      'cookie_auth_body',
      'cookie_auth_renewal',
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
    'one connection is kept between requests; remove it': [
      'max_idle_conn',
      'max_idle_conn_per_host',
      'idle_conn_timeout',
      'response_header_timeout',
    ],
    'the system chooses the address to send from; remove it': ['local_address'],
  });
}
