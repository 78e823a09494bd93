// An OpenID provider for tests: node provider.js PORT CLIENT_ID CLIENT_SECRET REDIRECT_URI GROUPS_FILE
// Its own sign-in takes any name; the claims about it are made from the name; the file holds groups by name.
import { readFileSync } from "node:fs";
import { Provider } from "oidc-provider";

const [port, clientId, clientSecret, redirectUri, groupsFile] = process.argv.slice(2);
const issuer = `http://127.0.0.1:${port}`;

const provider = new Provider(issuer, {
  clients: [{ client_id: clientId, client_secret: clientSecret, redirect_uris: [redirectUri] }],
  claims: { openid: ["sub"], profile: ["name", "preferred_username", "groups"], email: ["email"] },
  cookies: { keys: ["only for tests"] },
  async findAccount(_context, name) {
    const groups = JSON.parse(readFileSync(groupsFile))[name];
    const about = { name: `${name} Berger`, preferred_username: name, email: `${name}@example.com`, groups };
    return { accountId: name, claims: async () => ({ sub: name, ...about }) };
  },
});
provider.listen(Number(port), "127.0.0.1", () => console.log("listening"));
