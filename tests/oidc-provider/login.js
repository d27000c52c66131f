// The second judge of the command `login`: clients of every kind whose users sign in by a browser (authorization code,
// PKCE required) or with a device code. Whoever follows the link is the user `ann` and consents to all; a GET of
// /approve?user_code=… is her consent on another machine. What is counted, per client, are the provider's own events.
//
// Usage: node login.js [folder for the key]
// First line on stdout: {"url", "token_url", "counts_url"}. Ends when stdin closes.

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
const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
writeFileSync(join(folder, 'login.pem'), privateKey.export({ format: 'pem', type: 'pkcs8' }));

const server = createServer();
server.listen({ host: '127.0.0.1', port: 0 });
await once(server, 'listening');
const url = `http://127.0.0.1:${server.address().port}`;

const client = (id, method, more) => ({
  client_id: id,
  token_endpoint_auth_method: method,
  application_type: 'native',
  grant_types: ['authorization_code', 'refresh_token', 'urn:ietf:params:oauth:grant-type:device_code'],
  redirect_uris: ['http://127.0.0.1/callback'],
  response_types: ['code'],
  ...more,
});
// Every character that form-encoding changes.
const secret = { client_secret: 'a+b/c %26&d=e:f?' };

const provider = new Provider(url, {
  clients: [
    client('public', 'none'),
    client('basic', 'client_secret_basic', secret),
    client('post', 'client_secret_post', secret),
    client('es256', 'private_key_jwt', {
      token_endpoint_auth_signing_alg: 'ES256',
      jwks: { keys: [publicKey.export({ format: 'jwk' })] },
    }),
  ],
  clientAuthMethods: ['client_secret_basic', 'client_secret_post', 'private_key_jwt', 'none'],
  enabledJWA: { clientAuthSigningAlgValues: ['ES256'] },
  features: { deviceFlow: { enabled: true }, devInteractions: { enabled: false } },
  pkce: { required: () => true },
  scopes: ['openid', 'offline_access'],
  findAccount: (_, id) => ({ accountId: id, claims: () => ({ sub: id }) }),
  interactions: { url: (_, interaction) => `/interaction/${interaction.uid}` },
});

const counts = {};
const of = (id) => (counts[id ?? 'unknown'] ??= { granted: 0, refused: 0 });
provider.on('grant.success', (ctx) => { of(ctx.oidc.client?.clientId).granted += 1; });
provider.on('grant.error', (ctx, error) => {
  if (!['authorization_pending', 'slow_down'].includes(error.error)) of(ctx.oidc.client?.clientId).refused += 1;
});

/** A grant of all that the client may ask for. */
async function consent(clientId) {
  const grant = new provider.Grant({ accountId: 'ann', clientId });
  grant.addOIDCScope('openid offline_access');
  return grant.save();
}

provider.use(async (ctx, next) => {
  if (ctx.path === '/counts') {
    ctx.body = { clients: counts };
  } else if (ctx.path.startsWith('/interaction/')) {
    const { params } = await provider.interactionDetails(ctx.req, ctx.res);
    const result = { login: { accountId: 'ann' }, consent: { grantId: await consent(params.client_id) } };
    ctx.redirect(await provider.interactionResult(ctx.req, ctx.res, result));
  } else if (ctx.path === '/approve') {
    const code = await provider.DeviceCode.findByUserCode(ctx.query.user_code.replaceAll('-', ''));
    Object.assign(code, {
      accountId: 'ann',
      authTime: Math.floor(Date.now() / 1000),
      grantId: await consent(code.clientId),
      scope: 'openid offline_access',
      sessionUid: 'session-of-ann',
      claims: {},
    });
    await code.save(600);
    ctx.body = 'approved';
  } else {
    await next();
  }
});

server.on('request', provider.callback());
process.stdout.write(`${JSON.stringify({ url, token_url: `${url}/token`, counts_url: `${url}/counts` })}\n`);
process.stdin.resume();
process.stdin.on('end', () => process.exit(0));
