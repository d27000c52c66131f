// The second judge for proofs of the client and for refresh tokens: one client for each way to prove who asks, and one
// with a refresh token that rotates. The private keys are made here and written to a folder, as PEM and as JWK. What is
// counted, per client, are the provider's own events.
//
// Usage: node proofs.js [folder for the keys]
// First line on stdout: {"url", "token_url", "api_url", "counts_url", "refresh_token"}. Ends when stdin closes.

import { generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';

// The provider greets on stdout, which is reserved for the one JSON line.
console.info = console.error;
console.log = console.error;
const { Provider } = await import('oidc-provider');

const folder = process.argv[2];
mkdirSync(folder, { recursive: true });

/** Makes a key pair, writes its private half, and returns the public half. */
function publicKey(name, type, options) {
  const { privateKey, publicKey: half } = generateKeyPairSync(type, options);
  writeFileSync(join(folder, `${name}.pem`), privateKey.export({ format: 'pem', type: 'pkcs8' }));
  writeFileSync(join(folder, `${name}.jwk`), JSON.stringify({ ...privateKey.export({ format: 'jwk' }), kid: name }));
  return { ...half.export({ format: 'jwk' }), kid: name };
}

const rsa = publicKey('rsa', 'rsa', { modulusLength: 2048 });
const p256 = publicKey('p256', 'ec', { namedCurve: 'P-256' });
const ed25519 = publicKey('ed25519', 'ed25519', {});

/** The same, with the private half as another PEM. */
function inPem(name, namedCurve, format) {
  const { privateKey, publicKey: half } = generateKeyPairSync('ec', { namedCurve });
  writeFileSync(join(folder, `${name}.pem`), privateKey.export({ format: 'pem', ...format }));
  return half.export({ format: 'jwk' });
}

const p384 = inPem('p384-sec1', 'P-384', { type: 'sec1' });
const p521 = inPem('p521-encrypted', 'P-521', { type: 'pkcs8', cipher: 'aes-256-cbc', passphrase: 'pass phrase' });

// Every character that form-encoding changes: the provider decodes what RFC 6749 section 2.3.1 has encoded.
const oddSecret = 'a+b/c %26&d=e:f?';
const common = { redirect_uris: [], response_types: [], grant_types: ['client_credentials'] };
const withSecret = (id, method, secret = 'a-secret-of-at-least-thirty-two-bytes') =>
  ({ ...common, client_id: id, client_secret: secret, token_endpoint_auth_method: method });
const withKey = (id, alg, key) => ({
  ...common,
  client_id: id,
  token_endpoint_auth_method: 'private_key_jwt',
  token_endpoint_auth_signing_alg: alg,
  jwks: { keys: [key] },
});

const server = createServer();
server.listen({ host: '127.0.0.1', port: 0, backlog: 2048 });
await once(server, 'listening');
const url = `http://127.0.0.1:${server.address().port}`;

const provider = new Provider(url, {
  clients: [
    withSecret('basic', 'client_secret_basic', oddSecret),
    withSecret('post', 'client_secret_post', oddSecret),
    withSecret('secret-jwt', 'client_secret_jwt'),
    withKey('rs256', 'RS256', rsa),
    withKey('rs512', 'RS512', rsa),
    withKey('ps256', 'PS256', rsa),
    withKey('ps384', 'PS384', rsa),
    withKey('es256', 'ES256', p256),
    withKey('es384', 'ES384', p384),
    withKey('es512', 'ES512', p521),
    withKey('eddsa', 'EdDSA', ed25519),
    {
      client_id: 'public',
      grant_types: ['refresh_token', 'authorization_code'],
      redirect_uris: ['http://127.0.0.1/unused'],
      response_types: ['code'],
      application_type: 'native',
      token_endpoint_auth_method: 'none',
    },
  ],
  clientAuthMethods: ['client_secret_basic', 'client_secret_post', 'client_secret_jwt', 'private_key_jwt', 'none'],
  enabledJWA: {
    clientAuthSigningAlgValues: [
      'HS256', 'RS256', 'RS512', 'PS256', 'PS384', 'ES256', 'ES384', 'ES512', 'EdDSA',
    ],
  },
  features: { clientCredentials: { enabled: true }, devInteractions: { enabled: false } },
  rotateRefreshToken: true,
  findAccount: (_, id) => ({ accountId: id, claims: () => ({ sub: id }) }),
  // Short, so that a run of seconds refreshes several times; a process that stands still for some does not outlast it.
  ttl: { ClientCredentials: 600, AccessToken: 8, RefreshToken: 600, Grant: 600 },
});

const counts = {};
const of = (id) => (counts[id ?? 'unknown'] ??= { granted: 0, refused: 0, api_ok: 0, rotated: 0, revoked: 0 });
let apiRefused = 0;
provider.on('grant.success', (ctx) => { of(ctx.oidc.client?.clientId).granted += 1; });
provider.on('grant.error', (ctx) => { of(ctx.oidc.client?.clientId).refused += 1; });
provider.on('refresh_token.consumed', (token) => { of(token.clientId).rotated += 1; });
provider.on('grant.revoked', (ctx) => { of(ctx.oidc.client?.clientId).revoked += 1; });

provider.use(async (ctx, next) => {
  if (ctx.path === '/counts') {
    ctx.body = { clients: counts, api_refused: apiRefused };
  } else if (ctx.path.startsWith('/api/')) {
    await api(ctx);
  } else {
    await next();
  }
});

async function api(ctx) {
  const value = (ctx.get('Authorization') ?? '').replace(/^Bearer /, '');
  const token = value && (await provider.ClientCredentials.find(value) ?? await provider.AccessToken.find(value));
  if (token?.isValid) {
    of(token.clientId).api_ok += 1;
    ctx.body = { client: token.clientId };
  } else {
    apiRefused += 1;
    ctx.status = 401;
    ctx.body = { error: 'invalid_token' };
  }
}

/** A refresh token as if a user had signed in. */
async function refreshToken() {
  const client = await provider.Client.find('public');
  const grant = new provider.Grant({ accountId: 'ann', clientId: 'public' });
  grant.addOIDCScope('openid offline_access');
  const grantId = await grant.save();
  const token = new provider.RefreshToken({
    accountId: 'ann', client, grantId, gty: 'authorization_code', scope: 'openid offline_access',
  });
  return token.save();
}

server.on('request', provider.callback());
process.stdout.write(`${JSON.stringify({
  url,
  token_url: `${url}/token`,
  api_url: `${url}/api/v2/echo`,
  counts_url: `${url}/counts`,
  refresh_token: await refreshToken(),
})}\n`);
process.stdin.resume();
process.stdin.on('end', () => process.exit(0));
