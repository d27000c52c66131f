// A second judge, written by people who never saw Tollgate: the certified `oidc-provider`, with one
// confidential client, the client credentials grant, and a protected API beside it. What it counts are
// the provider's own events, not requests seen on the way in.
//
// Usage: node server.js [token latency in ms]
// First line on stdout: {"url", "token_url", "api_url", "counts_url"}. Ends when stdin closes.

import { once } from 'node:events';
import { createServer } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';

// The provider greets on stdout, which is reserved for the one JSON line.
console.info = console.error;
console.log = console.error;
const { Provider } = await import('oidc-provider');

const tokenLatency = Number(process.argv[2] ?? 0);

const server = createServer();
server.listen({ host: '127.0.0.1', port: 0, backlog: 2048 });
await once(server, 'listening');
const url = `http://127.0.0.1:${server.address().port}`;

const provider = new Provider(url, {
  clients: [
    {
      client_id: 'demo',
      client_secret: 'demo-secret',
      grant_types: ['client_credentials'],
      redirect_uris: [],
      response_types: [],
      token_endpoint_auth_method: 'client_secret_basic',
    },
  ],
  features: {
    clientCredentials: { enabled: true },
    devInteractions: { enabled: false },
  },
  ttl: { ClientCredentials: 600 },
});

const counts = { grant_success: 0, grant_error: 0, server_error: 0, issued: 0, api_ok: 0, api_refused: 0 };
provider.on('grant.success', () => { counts.grant_success += 1; });
provider.on('grant.error', () => { counts.grant_error += 1; });
provider.on('server_error', () => { counts.server_error += 1; });
provider.on('client_credentials.saved', () => { counts.issued += 1; });

provider.use(async (ctx, next) => {
  if (ctx.path === '/counts') {
    ctx.body = counts;
  } else if (ctx.path.startsWith('/api/')) {
    await api(ctx);
  } else {
    if (ctx.path === '/token') await sleep(tokenLatency);
    await next();
  }
});

async function api(ctx) {
  const [scheme, value] = (ctx.get('Authorization') ?? '').split(' ');
  const token = scheme === 'Bearer' && value ? await provider.ClientCredentials.find(value) : undefined;
  if (token?.isValid) {
    counts.api_ok += 1;
    ctx.body = { client: token.clientId };
  } else {
    counts.api_refused += 1;
    ctx.status = 401;
    ctx.body = { error: 'invalid_token' };
  }
}

server.on('request', provider.callback());
process.stdout.write(
  `${JSON.stringify({ url, token_url: `${url}/token`, api_url: `${url}/api/v2/echo`, counts_url: `${url}/counts` })}\n`,
);
process.stdin.resume();
process.stdin.on('end', () => process.exit(0));
