// An OpenID Connect provider that is not ours, at which anybody signs in by a name: node Oidc/provider.mjs
// It prints its issuer once it listens. The client's secret is in CLIENT_SECRET; any port of loopback may be the console's.
import { createServer } from 'node:http';
import Provider from 'oidc-provider';

const groups = { grace: ['hf-admins', 'other'], eve: ['other'] };
const server = createServer();
server.listen(0, '127.0.0.1', () => {
    const issuer = `http://127.0.0.1:${server.address().port}`;
    const provider = new Provider(issuer, {
        clients: [{
            client_id: 'holdfast', client_secret: process.env.CLIENT_SECRET, token_endpoint_auth_method: 'client_secret_post',
            redirect_uris: ['http://127.0.0.1/login/oidc/callback'], post_logout_redirect_uris: ['http://127.0.0.1/login'],
        }],
        scopes: ['openid', 'profile', 'groups'],
        claims: { profile: ['preferred_username'], groups: ['groups'] },
        pkce: { required: () => true },
        cookies: { keys: ['of a test'] },
        findAccount: (_, id) => ({
            accountId: id, claims: () => ({ sub: id, preferred_username: id, groups: groups[id] ?? [] }),
        }),
    });
    const own = path => uri => new RegExp(`^http://127\\.0\\.0\\.1:\\d+${path}$`).test(uri);
    provider.Client.prototype.redirectUriAllowed = own('/login/oidc/callback');
    provider.Client.prototype.postLogoutRedirectUriAllowed = own('/login');
    server.on('request', provider.callback());
    console.log(issuer);
});
