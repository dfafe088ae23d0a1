// An OpenID Connect provider that is not ours: `oidc-provider`, told by a file whom it knows and with which keys it signs.
//
//     node provider.mjs PORT KNOWN.json        {"keys": [JWK, …], "clients": […], "people": {ID: {…}, …}}
//
// It says roles as Keycloak does, nested and as words; shared/identity/trust/mapping.py has to make grants of them.
// Nobody has a password here: whoever comes with `login_hint` is signed in as that person.
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';

import Provider from 'oidc-provider';

const [port, file] = process.argv.slice(2);
const issuer = `http://127.0.0.1:${port}`;
const AUDIENCES = ['linli', 'elsewhere'];

// Read at each question, so that the tests may add somebody while it runs.
const known = () => JSON.parse(readFileSync(file, 'utf8'));

// `urn:RS256:linli` is a resource whose tokens are signed with RS256 for the audience linli.
function resourceServer(_ctx, indicator) {
  const [, alg, audience] = indicator.split(':');
  if (!AUDIENCES.includes(audience)) throw new Error('no such resource');
  return { scope: '', audience, accessTokenTTL: 600, accessTokenFormat: 'jwt', jwt: { sign: { alg } } };
}

// Keycloak's shape.
const claimsOf = ({ words = [], tables = [], communities = [], person }) => ({
  realm_access: { roles: ['offline_access', ...words] },
  resource_access: { account: { roles: ['manage-account'] }, linli: { roles: tables } },
  neighbourhood: { communities },
  ...(person ? { profile: { person } } : {}),
});

class Memory {
  static rows = new Map();
  constructor(name) { this.name = name; }
  key(id) { return `${this.name}:${id}`; }
  async find(id) {
    return this.name === 'Client' ? known().clients.find((one) => one.client_id === id) : Memory.rows.get(this.key(id));
  }
  async findByUid(uid) {
    return [...Memory.rows.values()].find((row) => row.uid === uid);
  }
  async upsert(id, row) { Memory.rows.set(this.key(id), row); }
  async consume(id) { Memory.rows.get(this.key(id)).consumed = Math.floor(Date.now() / 1000); }
  async destroy(id) { Memory.rows.delete(this.key(id)); }
  async revokeByGrantId(grantId) {
    for (const [key, row] of Memory.rows) if (row.grantId === grantId) Memory.rows.delete(key);
  }
}

const provider = new Provider(issuer, {
  adapter: Memory,
  jwks: { keys: known().keys },
  enabledJWA: { idTokenSigningAlgValues: known().keys.map((key) => key.alg) },
  clientAuthMethods: ['none', 'client_secret_basic', 'client_secret_post', 'private_key_jwt'],
  extraClientMetadata: { properties: ['linli'] },
  features: {
    clientCredentials: { enabled: true },
    devInteractions: { enabled: false },
    resourceIndicators: { enabled: true, getResourceServerInfo: resourceServer, useGrantedResource: () => true },
  },
  findAccount: (_ctx, id) => known().people[id] && { accountId: id, claims: () => ({ sub: id }) },
  async extraTokenClaims(ctx, token) {
    if (token.kind === 'ClientCredentials') return claimsOf(token.client.linli ?? {});
    const code = ctx.oidc.entities.AuthorizationCode;
    return {
      ...claimsOf(known().people[token.accountId]), sid: token.sessionUid, auth_time: code.authTime, acr: code.acr,
    };
  },
  async loadExistingGrant(ctx) {
    const grant = new provider.Grant({ clientId: ctx.oidc.client.clientId, accountId: ctx.oidc.session.accountId });
    grant.addOIDCScope('openid');
    await grant.save();
    return grant;
  },
  interactions: { url: (_ctx, interaction) => `/interaction/${interaction.uid}` },
  cookies: { keys: [randomUUID()] },
  ttl: { Session: 3600, Interaction: 600, Grant: 3600, IdToken: 600, AuthorizationCode: 60 },
});

provider.use(async (ctx, next) => {
  if (!ctx.path.startsWith('/interaction/')) return next();
  const { params } = await provider.interactionDetails(ctx.req, ctx.res);
  await provider.interactionFinished(ctx.req, ctx.res, { login: { accountId: params.login_hint, acr: '2' } });
});

provider.listen(Number(port), '127.0.0.1', () => console.log('ready'));
