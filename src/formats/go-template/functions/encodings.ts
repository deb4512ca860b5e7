/** Sprig's encodings and sums of texts. */
import { createHash } from 'node:crypto';
import { decodeText, encodeText } from '../../../metric/text.ts';
import { fn, type GoFunction } from '../values/function.ts';

const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
const ADLER_MODULUS = 65_521;

const sum = (algorithm: string): GoFunction => fn(['string'], (text) => createHash(algorithm).update(encodeText(text)).digest('hex'));

export const encodings: Readonly<Record<string, GoFunction>> = {
  adler32sum: fn(['string'], (text) => String(adler32(encodeText(text)))),
  b32dec: fn(['string'], decodeBase32),
  b32enc: fn(['string'], (text) => encodeBase32(encodeText(text))),
  b64dec: fn(['string'], decodeBase64),
  b64enc: fn(['string'], (text) => encodeText(text).toString('base64')),
  sha1sum: sum('sha1'),
  sha256sum: sum('sha256'),
  sha512sum: sum('sha512'),
};

/** RFC 1950. */
function adler32(bytes: Buffer): number {
  let a = 1;
  let b = 0;
  for (const byte of bytes) {
    a = (a + byte) % ADLER_MODULUS;
    b = (b + a) % ADLER_MODULUS;
  }
  return b * 65_536 + a;
}

/** As Sprig, what is wrong instead of an error. */
function decodeBase64(text: string): string {
  const plain = text.replaceAll(/[\r\n]/g, '');
  const match = /^(?:[A-Za-z\d+/]{4})*(?:[A-Za-z\d+/]{2}==|[A-Za-z\d+/]{3}=)?$/.exec(plain);
  if (match === null) return `illegal base64 data at input byte ${firstIllegal(plain, /[A-Za-z\d+/]/)}`;
  const bytes = Buffer.from(plain, 'base64');
  return decodeText(bytes, 0, bytes.length);
}

function encodeBase32(bytes: Buffer): string {
  const bits = [...bytes].map((byte) => byte.toString(2).padStart(8, '0')).join('');
  const letters = (bits.match(/.{1,5}/g) ?? []).map((five) => BASE32[Number.parseInt(five.padEnd(5, '0'), 2)]).join('');
  return letters.padEnd(Math.ceil(letters.length / 8) * 8, '=');
}

function decodeBase32(text: string): string {
  const plain = text.replaceAll(/[\r\n]/g, '');
  const match = /^(?:[A-Z2-7]{8})*(?:[A-Z2-7]{2}={6}|[A-Z2-7]{4}={4}|[A-Z2-7]{5}={3}|[A-Z2-7]{7}=)?$/.exec(plain);
  if (match === null) return `illegal base32 data at input byte ${firstIllegal(plain, /[A-Z2-7]/)}`;
  const bits = [...plain.replaceAll('=', '')].map((letter) => BASE32.indexOf(letter).toString(2).padStart(5, '0')).join('');
  const bytes = Buffer.from((bits.match(/.{8}/g) ?? []).map((eight) => Number.parseInt(eight, 2)));
  return decodeText(bytes, 0, bytes.length);
}

function firstIllegal(text: string, letter: RegExp): number {
  const at = [...text].findIndex((character) => !letter.test(character));
  return at === -1 ? text.length : at;
}
