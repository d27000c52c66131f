// The judge of possession: tokens that are bound to a key (DPoP, RFC 9449), with nonces, and a client that proves itself
// by the certificate of its connection (RFC 8705). Whether a proof is right is for the provider's own code to say, at its
// token endpoint, at its UserInfo endpoint, and at the API beside it. What is counted are the provider's own events.
//
// Usage: node bound.js [folder for keys and certificates]
// First line on stdout: {"url", "token_url", "tls_token_url", "api_url", "userinfo_url", "counts_url", "refresh_token"}.
// Ends when stdin closes.

import { execFileSync } from 'node:child_process';
import { generateKeyPairSync, randomBytes, X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { join } from 'node:path';
import { calculateJwkThumbprint } from 'jose';

// The provider greets on stdout, which is reserved for the one JSON line.
console.info = console.error;
console.log = console.error;
const { Provider } = await import('oidc-provider');
// What the provider checks proofs with at its own endpoints; the API beside it is to be no more lenient.
const provider9449 = await import('./node_modules/oidc-provider/lib/helpers/validate_dpop.js');

const folder = process.argv[2];
mkdirSync(folder, { recursive: true });
const file = (name) => join(folder, name);

/** A certificate of our authority, or the authority's own; its key goes to a file beside it. */
function certificate(name, subject, options) {
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-keyout', file(`${name}.key`)];
  execFileSync('openssl', ['req', '-x509', '-days', '2', '-subj', subject, ...key, '-out', file(`${name}.crt`), ...options]);
  writeFileSync(file(`${name}.pem`), readFileSync(file(`${name}.crt`)) + readFileSync(file(`${name}.key`)));
}

certificate('ca', '/CN=ours', ['-addext', 'basicConstraints=critical,CA:TRUE']);
const ours = ['-CA', file('ca.crt'), '-CAkey', file('ca.key'), '-addext', 'basicConstraints=CA:FALSE'];
certificate('server', '/CN=localhost', [...ours, '-addext', 'subjectAltName=DNS:localhost']);
certificate('client', '/CN=load-test', ours);
certificate('stranger', '/CN=stranger', ours);

const dpop = generateKeyPairSync('ec', { namedCurve: 'P-256' });
writeFileSync(file('dpop.pem'), dpop.privateKey.export({ format: 'pem', type: 'pkcs8' }));

const plain = createServer();
plain.listen({ host: '127.0.0.1', port: 0, backlog: 2048 });
const tls = createTlsServer({
  cert: readFileSync(file('server.crt')),
  key: readFileSync(file('server.key')),
  ca: readFileSync(file('ca.crt')),
  requestCert: true,
  rejectUnauthorized: false, // who is no client is told so by the provider
});
tls.listen({ host: '127.0.0.1', port: 0, backlog: 2048 });
await Promise.all([once(plain, 'listening'), once(tls, 'listening')]);
const url = `http://127.0.0.1:${plain.address().port}`;

const shown = (ctx) => ctx.req.socket.getPeerX509Certificate?.();
const own = { redirect_uris: [], response_types: [], grant_types: ['client_credentials'] };
const provider = new Provider(url, {
  clients: [
    { ...own, client_id: 'bound', client_secret: 'bound-secret', dpop_bound_access_tokens: true },
    {
      client_id: 'bound-user',
      grant_types: ['refresh_token', 'authorization_code'],
      redirect_uris: ['http://127.0.0.1/unused'],
      response_types: ['code'],
      application_type: 'native',
      token_endpoint_auth_method: 'none',
      dpop_bound_access_tokens: true,
    },
    {
      ...own,
      client_id: 'by-certificate',
      token_endpoint_auth_method: 'tls_client_auth',
      tls_client_auth_subject_dn: 'CN=load-test',
    },
  ],
  clientAuthMethods: ['client_secret_basic', 'tls_client_auth', 'none'],
  features: {
    clientCredentials: { enabled: true },
    devInteractions: { enabled: false },
    dPoP: { enabled: true, nonceSecret: randomBytes(32), requireNonce: () => true },
    mTLS: {
      enabled: true,
      tlsClientAuth: true,
      getCertificate: shown,
      certificateAuthorized: (ctx) => ctx.req.socket.authorized,
      certificateSubjectMatches: (ctx, property, expected) =>
        property === 'tls_client_auth_subject_dn' && new X509Certificate(shown(ctx).raw).subject === expected,
    },
  },
  rotateRefreshToken: true,
  findAccount: (_, id) => ({ accountId: id, claims: () => ({ sub: id }) }),
  // Short, so that a run of seconds refreshes several times; a process that stands still for some does not outlast it.
  ttl: { ClientCredentials: 600, AccessToken: 8, RefreshToken: 600, Grant: 600 },
});

const counts = {};
const of = (id) =>
  (counts[id ?? 'unknown'] ??= { granted: 0, refused: 0, nonces: 0, api_ok: 0, api_refused: 0, rotated: 0, revoked: 0 });
provider.on('grant.success', (ctx) => { of(ctx.oidc.client?.clientId).granted += 1; });
provider.on('grant.error', (ctx, error) => {
  of(ctx.oidc.client?.clientId)[error.error === 'use_dpop_nonce' ? 'nonces' : 'refused'] += 1;
});
provider.on('refresh_token.consumed', (token) => { of(token.clientId).rotated += 1; });
provider.on('grant.revoked', (ctx) => { of(ctx.oidc.client?.clientId).revoked += 1; });

provider.use(async (ctx, next) => {
  if (ctx.path === '/counts') {
    ctx.body = { clients: counts };
  } else if (ctx.path.startsWith('/api/')) {
    await api(ctx);
  } else {
    await next();
    if (ctx.path === '/me') of('bound-user')[ctx.status === 200 ? 'api_ok' : 'api_refused'] += 1;
  }
});

/** Takes tokens as the provider's UserInfo endpoint does, but those of clients. */
async function api(ctx) {
  const [scheme, value] = (ctx.get('Authorization') ?? '').split(' ');
  const token = value && await provider.ClientCredentials.find(value);
  const whose = of(token?.clientId);
  try {
    if (!token?.isValid || scheme !== (token.jkt ? 'DPoP' : 'Bearer')) throw new Error('invalid_token');
    if (token.jkt) {
      ctx.oidc = { provider, route: 'api', urlFor: () => `${url}${ctx.path}` };
      const proof = await provider9449.default(provider, ctx, value);
      if (proof?.thumbprint !== token.jkt) throw new Error('invalid_token');
      await provider9449.checkDpopReplay(provider, ctx, proof, token.clientId);
    }
    whose.api_ok += 1;
    ctx.body = { client: token.clientId };
  } catch (error) {
    whose.api_refused += 1;
    ctx.status = 401;
    ctx.set('WWW-Authenticate', `DPoP error="${error.error ?? error.message}"`);
    ctx.body = { error: error.error ?? error.message, error_description: error.error_description };
  }
}

/** A refresh token as if a user had signed in with the key in the folder. */
async function refreshToken() {
  const client = await provider.Client.find('bound-user');
  const grant = new provider.Grant({ accountId: 'ann', clientId: 'bound-user' });
  grant.addOIDCScope('openid offline_access');
  const token = new provider.RefreshToken({
    accountId: 'ann',
    client,
    grantId: await grant.save(),
    gty: 'authorization_code',
    scope: 'openid offline_access',
  });
  token.jkt = await calculateJwkThumbprint(dpop.publicKey.export({ format: 'jwk' }));
  return token.save();
}

const serve = provider.callback();
plain.on('request', serve);
tls.on('request', serve);
process.stdout.write(`${JSON.stringify({
  url,
  token_url: `${url}/token`,
  tls_token_url: `https://localhost:${tls.address().port}/token`,
  api_url: `${url}/api/v2/echo`,
  userinfo_url: `${url}/me`,
  counts_url: `${url}/counts`,
  refresh_token: await refreshToken(),
})}\n`);
process.stdin.resume();
process.stdin.on('end', () => process.exit(0));
