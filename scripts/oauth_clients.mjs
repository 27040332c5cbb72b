// Gets a token with oauth4webapi as its documentation shows: discovery by RFC 8414, then the client credentials grant;
// uses it, and validates it by RFC 9068 as a resource server would.
//
//     node oauth_clients.mjs BASE_URL CLIENT_ID CLIENT_SECRET ORGANIZATION_ID
//
// Needs oauth4webapi. Exit status 0: the token opens the listing.

import * as oauth from "oauth4webapi";

const [url, client_id, secret, organizationId] = process.argv.slice(2);
const insecure = { [oauth.allowInsecureRequests]: url.startsWith("http:") };
const AUDIENCE = "urn:pacsimile:results-api";

async function discover() {
  const issuer = new URL(`${url}/oauth2`);
  const answer = await oauth.discoveryRequest(issuer, { algorithm: "oauth2", ...insecure });
  return oauth.processDiscoveryResponse(issuer, answer);
}

async function granted(server, authentication, scope) {
  const client = { client_id };
  const parameters = new URLSearchParams(scope ? { scope } : {});
  const answer = await oauth.clientCredentialsGrantRequest(server, client, authentication, parameters, insecure);
  return oauth.processClientCredentialsResponse(server, client, answer);
}

async function use(server, { access_token }) {
  const target = new URL(`${url}/reports?organizationId=${encodeURIComponent(organizationId)}`);
  const answer = await oauth.protectedResourceRequest(access_token, "GET", target, undefined, undefined, insecure);
  if (answer.status !== 200) throw new Error(`the token opens nothing: ${answer.status} ${await answer.text()}`);
  const request = new Request(target, { headers: { Authorization: `Bearer ${access_token}` } });
  await oauth.validateJwtAccessToken(server, request, AUDIENCE, insecure);
}

const WAYS = [
  ["client_secret_basic", oauth.ClientSecretBasic, undefined],
  ["client_secret_post", oauth.ClientSecretPost, "reports.read"],
];

for (const [name, authenticated, scope] of WAYS) {
  try {
    const server = await discover();
    await use(server, await granted(server, authenticated(secret), scope));
    console.log(`oauth4webapi, ${name}: got a token that opens the listing`);
  } catch (error) {
    console.error(`oauth4webapi, ${name}: ${error.error_description ?? error.cause?.message ?? error.message}`);
    process.exitCode = 1;
  }
}
