/**
 * What the builder's page may do: load scripts, styles, fonts and images from here, call the API, and nothing else. So even a
 * flaw that puts foreign markup into it runs nothing, and has nowhere to send what it sees.
 */

/** Headers of every answer of the builder. */
export const GUARDED = {
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'x-frame-options': 'DENY',
  'permissions-policy': [
    'accelerometer=()',
    'bluetooth=()',
    'camera=()',
    'display-capture=()',
    'geolocation=()',
    'gyroscope=()',
    'hid=()',
    'identity-credentials-get=()',
    'idle-detection=()',
    'local-fonts=()',
    'magnetometer=()',
    'microphone=()',
    'midi=()',
    'otp-credentials=()',
    'payment=()',
    'publickey-credentials-create=()',
    'publickey-credentials-get=()',
    'screen-wake-lock=()',
    'serial=()',
    'storage-access=()',
    'usb=()',
    'web-share=()',
    'xr-spatial-tracking=()'
  ].join(', ')
} as const

/**
 * The page's policy (https://www.w3.org/TR/CSP3/).
 * @param nonce of this answer: the code editor makes its style sheets at run time, and marks them with it
 */
export function pagePolicy(nonce: string): string {
  return [
    "default-src 'none'",
    "script-src 'self'",
    `style-src 'self' 'nonce-${nonce}'`,
    "img-src 'self' data:",
    "font-src 'self'",
    "connect-src 'self'",
    "worker-src 'self'",
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'"
  ].join('; ')
}

/** The policy of whatever is no page: shown by itself it does nothing. */
export const FILE_POLICY = "default-src 'none'; frame-ancestors 'none'"
