/** Sprig's functions that are not here, with the reason. */
const ENVIRONMENT = 'put `${NAME}` into the configuration instead';
const RANDOM = 'what it gives is another thing every time, which no series can be made of';
const CRYPTO = 'it makes keys and passwords';
const RARE = 'nobody has needed it for metrics yet';

const REASONS: Readonly<Record<string, readonly string[]>> = {
  [ENVIRONMENT]: ['env', 'expandenv'],
  [RANDOM]: ['randAlpha', 'randAlphaNum', 'randAscii', 'randBytes', 'randInt', 'randNumeric', 'shuffle', 'uuidv4'],
  [CRYPTO]: [
    'bcrypt',
    'buildCustomCert',
    'decryptAES',
    'derivePassword',
    'encryptAES',
    'genCA',
    'genCAWithKey',
    'genPrivateKey',
    'genSelfSignedCert',
    'genSelfSignedCertWithKey',
    'genSignedCert',
    'genSignedCertWithKey',
    'htpasswd',
  ],
  'a template can not ask the network': ['getHostByName'],
  [RARE]: [
    'call',
    'camelcase',
    'deepCopy',
    'kebabcase',
    'merge',
    'mergeOverwrite',
    'mustDeepCopy',
    'mustMerge',
    'mustMergeOverwrite',
    'semver',
    'semverCompare',
    'snakecase',
    'urlJoin',
    'urlParse',
    'wrap',
    'wrapWith',
  ],
};

/** By the name of the function. */
export const UNSUPPORTED: ReadonlyMap<string, string> = new Map(
  Object.entries(REASONS).flatMap(([reason, names]) => names.map((name) => [name, reason] as const)),
);
