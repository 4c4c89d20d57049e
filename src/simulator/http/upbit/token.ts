/**
 * The JWT of a signed request (docs.upbit.com, authentication): HS256 or HS512 with the secret's bytes as given,
 * a nonce used once, and SHA512 over the parameters.
 */
import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';
import { type Refusal, refusal } from '../../model/upbit/refusal.ts';
import type { UpbitOptions } from './options.ts';

const headForm = z.object({ alg: z.enum(['HS256', 'HS512']) });
const claimsForm = z.object({
  access_key: z.string(),
  nonce: z.string().min(1),
  query_hash: z.string().optional(),
  query_hash_alg: z.string().optional(),
});
const hashNames = { HS256: 'sha256', HS512: 'sha512' } as const;

const keptNonces = 100_000;

export interface TokenCheck {
  /** @param hashed what query_hash must be over; empty without parameters @returns why Upbit would not let it in */
  request(authorization: string | undefined, hashed: string): Refusal | undefined;
  /** The private stream's upgrade. Whether a used nonce is let in is [?]: `streamNonceReuse` decides. */
  stream(authorization: string | undefined): Refusal | undefined;
}

export type TokenOptions = Pick<UpbitOptions, 'algorithms' | 'streamNonceReuse' | 'key'>;
interface Keys {
  readonly id: string;
  readonly secret: string;
}

export function createTokenCheck(keys: Keys, options: TokenOptions): TokenCheck {
  const nonces = new Set<string>();
  const isUsed = (nonce: string): boolean => {
    if (nonces.has(nonce)) return true;
    nonces.add(nonce);
    const [oldest] = nonces;
    if (nonces.size > keptNonces && oldest !== undefined) nonces.delete(oldest);
    return false;
  };
  return {
    request: (authorization, hashed) => {
      const claims = readToken(authorization, keys, options);
      if ('status' in claims) return claims;
      if (isUsed(claims.nonce)) return refusal('nonce_used');
      return isHashOf(claims, hashed) ? undefined : refusal('invalid_query_payload');
    },
    stream: (authorization) => {
      const claims = readToken(authorization, keys, options);
      if ('status' in claims) return claims;
      return isUsed(claims.nonce) && !options.streamNonceReuse ? refusal('nonce_used') : undefined;
    },
  };
}

type Claims = z.infer<typeof claimsForm>;

function readToken(authorization: string | undefined, keys: Keys, { algorithms, key }: TokenOptions): Claims | Refusal {
  if (authorization === undefined || authorization === '') return refusal('no_authorization_token');
  const [scheme, token, ...rest] = authorization.split(' ');
  if (scheme?.toLowerCase() !== 'bearer' || token === undefined || rest.length > 0) return refusal('jwt_verification');
  const [head = '', payload = '', signature = '', ...more] = token.split('.');
  const { data: algorithm } = headForm.safeParse(readPart(head));
  const { data: claims } = claimsForm.safeParse(readPart(payload));
  if (algorithm === undefined || claims === undefined || more.length > 0) return refusal('jwt_verification');
  if (!algorithms.includes(algorithm.alg)) return refusal('jwt_verification');
  if (claims.access_key !== keys.id) return refusal('invalid_access_key');
  const expected = createHmac(hashNames[algorithm.alg], keys.secret).update(`${head}.${payload}`).digest();
  const given = Buffer.from(signature, 'base64url');
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) return refusal('jwt_verification');
  if (key === 'expired') return refusal('expired_access_key');
  return key === 'foreignAddress' ? refusal('no_authorization_ip') : claims;
}

function readPart(part: string): unknown {
  try {
    return JSON.parse(Buffer.from(part, 'base64url').toString('utf8')) as unknown;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** Without parameters a hash is not needed; one that is there is not looked at [?]. */
function isHashOf(claims: Claims, hashed: string): boolean {
  if (hashed === '') return true;
  if ((claims.query_hash_alg ?? 'SHA512') !== 'SHA512') return false;
  return claims.query_hash === createHash('sha512').update(hashed, 'utf8').digest('hex');
}
